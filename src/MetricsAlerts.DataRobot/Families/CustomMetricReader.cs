using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.DataRobot.Directories;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>Metrics that a team uploads, by their name.</summary>
internal sealed class CustomMetricReader(CustomMetricDirectory directory) : IMetricFamilyReader
{
    public bool Reads(MetricDefinition metric) => metric.Family == MetricFamily.Custom;

    public async Task<IReadOnlyList<string>> ListAsync(
        FamilyRequest request, IReadOnlyList<Glob> patterns, CancellationToken cancellationToken) =>
        [.. (await directory.FindAsync(request.Client, request.Deployment.Id, cancellationToken)).Keys.Order(StringComparer.Ordinal)];

    public async Task<SeriesReading> ReadAsync(FamilyRequest request, string metric, WindowQuery query, CancellationToken cancellationToken)
    {
        var known = await directory.FindAsync(request.Client, request.Deployment.Id, cancellationToken);
        if (!known.TryGetValue(metric, out var custom))
        {
            var some = string.Join(", ", known.Keys.Order(StringComparer.Ordinal).Take(10));
            return new([], $"There is no custom metric '{metric}'{(known.Count > 0 ? $"; there are {some}" : "")}.");
        }

        query = OfModel(custom, query);
        var answer = await request.Client.GetCustomMetricOverTimeAsync(request.Deployment.Id, custom.Id!, query, cancellationToken);
        return new(OverTime.Windows(answer, query, _ => BaselineOf(custom)));
    }

    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        FamilyRequest request, IReadOnlyList<string> asked, WindowQuery query, CancellationToken cancellationToken)
    {
        var readings = new List<MetricReading>();
        var known = await directory.FindAsync(request.Client, request.Deployment.Id, cancellationToken);
        foreach (var (name, custom) in known.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (asked.Count > 0 && !asked.Contains(name))
                continue;
            var own = OfModel(custom, query);
            var answer = await request.Client.GetCustomMetricSummaryAsync(request.Deployment.Id, custom.Id!, own, cancellationToken);
            var window = new MetricWindow(query.Start, query.End, answer.Metric?.Value, answer.Metric?.SampleCount ?? 0);
            readings.Add(new(name, window with { Baseline = BaselineOf(custom), ModelId = own.ModelId }));
        }

        return readings;
    }

    /// <summary>Only the values of some metrics belong to a model.</summary>
    private static WindowQuery OfModel(CustomMetricModel custom, WindowQuery query) =>
        custom.IsModelSpecific == true ? query : query with { ModelId = null };

    private static double? BaselineOf(CustomMetricModel custom) =>
        custom.BaselineValues is { Count: > 0 } values ? values[0]?.Value : null;
}
