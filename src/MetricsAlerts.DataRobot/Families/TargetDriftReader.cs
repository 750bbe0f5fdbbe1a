using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>The drift of the predictions. The API has one value per request, so a window is a request.</summary>
internal sealed class TargetDriftReader : IMetricFamilyReader
{
    public bool Reads(MetricDefinition metric) => metric.Name == MetricNames.TargetDrift;

    public Task<IReadOnlyList<string>> ListAsync(
        FamilyRequest request, IReadOnlyList<Glob> patterns, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([MetricNames.TargetDrift]);

    public async Task<SeriesReading> ReadAsync(FamilyRequest request, string metric, WindowQuery query, CancellationToken cancellationToken)
    {
        var windows = new List<MetricWindow>();
        foreach (var window in OverTime.Split(query))
            windows.Add(await ReadAsync(request, window, cancellationToken));
        return new(windows);
    }

    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        FamilyRequest request, IReadOnlyList<string> asked, WindowQuery query, CancellationToken cancellationToken) =>
        [new(MetricNames.TargetDrift, await ReadAsync(request, query, cancellationToken))];

    private static async Task<MetricWindow> ReadAsync(FamilyRequest request, WindowQuery query, CancellationToken cancellationToken)
    {
        var answer = await request.Client.GetTargetDriftAsync(request.Deployment.Id, query, cancellationToken);
        return new(query.Start, query.End, answer.DriftScore, answer.SampleSize ?? 0) { ModelId = answer.ModelId ?? query.ModelId };
    }
}
