using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>
/// Service statistics: requests, times (median, or any quantile: <c>responseTime.p90</c>) and errors. The sample of each is the number
/// of requests.
/// </summary>
internal sealed class ServiceHealthReader : IMetricFamilyReader
{
    private const string Requests = "totalRequests";

    public bool Reads(MetricDefinition metric) => metric.Family == MetricFamily.ServiceHealth;

    public Task<IReadOnlyList<string>> ListAsync(
        FamilyRequest request, IReadOnlyList<Glob> patterns, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. MetricCatalogue.Known.Where(Reads).Select(metric => metric.Name)]);

    /// <summary>
    /// Buckets have no sample sizes: the number of requests is a second request, which all metrics of the instance share.
    /// </summary>
    public async Task<SeriesReading> ReadAsync(FamilyRequest request, string metric, WindowQuery query, CancellationToken cancellationToken)
    {
        var answer = QuantileMetric.TryParse(metric, out var time, out var quantile)
            ? await request.Client.GetServiceStatsOverTimeAsync(request.Deployment.Id, time, quantile, query, cancellationToken)
            : await request.Client.GetServiceStatsOverTimeAsync(request.Deployment.Id, metric, query, cancellationToken);
        var windows = OverTime.Windows(answer, query, _ => null);
        var requests = metric == Requests ? windows : OverTime.Windows(
            await request.Client.GetServiceStatsOverTimeAsync(request.Deployment.Id, Requests, query, cancellationToken), query, _ => null);
        var samples = requests.ToLookup(window => window.Start, window => (long)(window.Value ?? 0));
        return new([.. windows.Select(window => window with { SampleSize = samples[window.Start].FirstOrDefault() })]);
    }

    /// <summary>All of them are one request; each quantile of times that is asked for is another.</summary>
    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        FamilyRequest request, IReadOnlyList<string> asked, WindowQuery query, CancellationToken cancellationToken)
    {
        var readings = new List<MetricReading>();
        var groups = asked.Count > 0 ? SharedRequests.Of(asked) : [[]];
        foreach (var group in groups)
            readings.AddRange(await ReadGroupAsync(request, group, query, cancellationToken));
        return readings;
    }

    private static async Task<IEnumerable<MetricReading>> ReadGroupAsync(
        FamilyRequest request, IReadOnlyList<string> metrics, WindowQuery query, CancellationToken cancellationToken)
    {
        double? quantile = metrics is [var first, ..] && QuantileMetric.TryParse(first, out _, out var found) ? found : null;
        var answer = await request.Client.GetServiceStatsAsync(request.Deployment.Id, quantile, query, cancellationToken);
        var values = answer.Metrics ?? [];
        var requests = (long)(values.GetValueOrDefault(Requests) ?? 0);
        var window = new MetricWindow(query.Start, query.End, null, requests) { ModelId = answer.ModelId ?? query.ModelId };
        return metrics.Count == 0
            ? values.Select(value => new MetricReading(value.Key, window with { Value = value.Value }))
            : metrics.Where(metric => values.ContainsKey(StatisticOf(metric)))
                .Select(metric => new MetricReading(metric, window with { Value = values[StatisticOf(metric)] }));
    }

    private static string StatisticOf(string metric) => QuantileMetric.TryParse(metric, out var time, out _) ? time : metric;
}
