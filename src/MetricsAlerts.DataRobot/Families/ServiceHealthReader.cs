using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>Service statistics over time: requests, times (median, or any quantile: <c>responseTime.p90</c>) and errors.</summary>
internal sealed class ServiceHealthReader : IMetricFamilyReader
{
    public bool Reads(MetricDefinition metric) => metric.Family == MetricFamily.ServiceHealth;

    public Task<IReadOnlyList<string>> ListAsync(
        FamilyRequest request, IReadOnlyList<Glob> patterns, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. MetricCatalogue.Known.Where(Reads).Select(metric => metric.Name)]);

    public async Task<SeriesReading> ReadAsync(FamilyRequest request, string metric, WindowQuery query, CancellationToken cancellationToken)
    {
        var answer = QuantileMetric.TryParse(metric, out var time, out var quantile)
            ? await request.Client.GetServiceStatsOverTimeAsync(request.Deployment.Id, time, quantile, query, cancellationToken)
            : await request.Client.GetServiceStatsOverTimeAsync(request.Deployment.Id, metric, query, cancellationToken);
        return new(OverTime.Windows(answer, query, baseline: null));
    }

    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        FamilyRequest request, IReadOnlyList<string> asked, WindowQuery query, CancellationToken cancellationToken)
    {
        var readings = new List<MetricReading>();
        if (asked.Count == 0 || asked.Any(metric => !QuantileMetric.TryParse(metric, out _, out _)))
        {
            var answer = await request.Client.GetServiceStatsAsync(request.Deployment.Id, query, cancellationToken);
            var (start, end) = OverTime.PeriodOf(answer.Period, 0, query);
            var requests = (long)(answer.Metrics?.GetValueOrDefault("totalRequests") ?? 0);
            readings.AddRange((answer.Metrics ?? []).Where(metric => asked.Count == 0 || asked.Contains(metric.Key))
                .Select(metric => new MetricReading(metric.Key, new(start, end, metric.Value, requests) { ModelId = answer.ModelId })));
        }

        // One quantile is one request; its summary is the value over the whole period.
        foreach (var metric in asked)
        {
            if (!QuantileMetric.TryParse(metric, out var time, out var quantile))
                continue;
            var answer = await request.Client.GetServiceStatsOverTimeAsync(request.Deployment.Id, time, quantile, query, cancellationToken);
            readings.Add(
                new(
                    metric,
                    new(query.Start, query.End, answer.Summary?.Value, answer.Summary?.SampleSize ?? 0) { ModelId = answer.ModelId }));
        }

        return readings;
    }
}
