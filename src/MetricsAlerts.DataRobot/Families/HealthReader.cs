using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>
/// DataRobot's own verdicts as numbers: 0 passing, 1 warning, 2 failing, none while unknown. They are about now, so there is only
/// the newest window.
/// </summary>
internal sealed class HealthReader(TimeProvider time) : IMetricFamilyReader
{
    public bool Reads(MetricDefinition metric) => metric.Family == MetricFamily.Health;

    public Task<IReadOnlyList<string>> ListAsync(
        FamilyRequest request, IReadOnlyList<Glob> patterns, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. MetricCatalogue.Known.Where(Reads).Select(metric => metric.Name)]);

    public async Task<SeriesReading> ReadAsync(FamilyRequest request, string metric, WindowQuery query, CancellationToken cancellationToken)
    {
        var deployment = await request.Client.GetDeploymentAsync(request.Deployment.Id, cancellationToken);
        var start = query.End - (query.Bucket ?? query.End - query.Start);
        return new([new(start, query.End, Number(Of(deployment, metric)?.Status), 0)]);
    }

    /// <summary>A verdict is about a time of its own, whatever time is asked for.</summary>
    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        FamilyRequest request, IReadOnlyList<string> asked, WindowQuery query, CancellationToken cancellationToken)
    {
        var deployment = await request.Client.GetDeploymentAsync(request.Deployment.Id, cancellationToken);
        var metrics = asked.Count > 0 ? asked : [.. MetricCatalogue.Known.Where(Reads).Select(metric => metric.Name)];
        return [.. metrics.Select(metric => new MetricReading(metric, WindowOf(Of(deployment, metric))))];
    }

    private MetricWindow WindowOf(HealthModel? health)
    {
        var end = health?.EndDate?.ToUniversalTime() ?? Timestamps.Floor(time.GetUtcNow(), TimeSpan.FromSeconds(1));
        return new(health?.StartDate?.ToUniversalTime() ?? end, end, Number(health?.Status), 0);
    }

    private static HealthModel? Of(DeploymentModel deployment, string metric) => metric switch
    {
        "serviceHealth" => deployment.ServiceHealth,
        "modelHealth" => deployment.ModelHealth,
        "accuracyHealth" => deployment.AccuracyHealth,
        _ => deployment.FairnessHealth,
    };

    private static double? Number(string? status) => status switch { "passing" => 0, "warning" => 1, "failing" => 2, _ => null };
}
