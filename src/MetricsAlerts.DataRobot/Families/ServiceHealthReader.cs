using MetricsAlerts.Collecting;
using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>Service statistics over time: requests, times and errors.</summary>
internal sealed class ServiceHealthReader : IMetricFamilyReader
{
    public MetricFamily Family => MetricFamily.ServiceHealth;

    public IEnumerable<string> MetricsOf(Deployment deployment) =>
        MetricCatalogue.Known.Where(metric => metric.Family == MetricFamily.ServiceHealth).Select(metric => metric.Name);

    public Task<OverTimeModel> ReadAsync(DataRobotClient client, string deploymentId, string metric, WindowQuery query, CancellationToken cancellationToken) =>
        client.GetServiceStatsOverTimeAsync(deploymentId, metric, query, cancellationToken);

    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        DataRobotClient client, string deploymentId, WindowQuery query, CancellationToken cancellationToken)
    {
        var answer = await client.GetServiceStatsAsync(deploymentId, query, cancellationToken);
        var (start, end) = (answer.Period?.Start ?? query.Start, answer.Period?.End ?? query.End);
        var requests = (long)(answer.Metrics?.GetValueOrDefault("totalRequests") ?? 0);
        return [.. (answer.Metrics ?? []).Select(metric =>
            new MetricReading(metric.Key, new(start.ToUniversalTime(), end.ToUniversalTime(), metric.Value, requests) { ModelId = answer.ModelId }))];
    }
}
