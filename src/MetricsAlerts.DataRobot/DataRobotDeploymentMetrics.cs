using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.DataRobot.Directories;
using MetricsAlerts.DataRobot.Families;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.DataRobot;

/// <summary>One deployment's metrics during one tick, each family read by its own reader.</summary>
internal sealed class DataRobotDeploymentMetrics(
    FamilyRequest request, IReadOnlyList<IMetricFamilyReader> families, HostDirectory hosts, SettingsDirectory settings)
    : IDeploymentMetrics
{
    public int Requests => request.Client.Requests;

    private Deployment Deployment => request.Deployment;

    public async Task<IReadOnlyList<string>> ListMetricsAsync(IReadOnlyList<Glob> patterns, CancellationToken cancellationToken)
    {
        var metrics = new List<string>();
        foreach (var family in families)
            metrics.AddRange(await family.ListAsync(request, patterns, cancellationToken));
        return metrics;
    }

    public async Task<IReadOnlyList<string>> ListHostsAsync(CancellationToken cancellationToken) =>
        (await hosts.FindAsync(request.Client, Deployment.Id, cancellationToken)).Hosts;

    public async Task<SeriesReading> ReadAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        var metric = MetricCatalogue.Find(query.Series.Metric);
        var family = families.FirstOrDefault(reader => reader.Reads(metric))
            ?? throw new MetricSourceException(
                MetricSourceProblem.Invalid, $"'{metric.Name}' is no metric that DataRobot is known to have.");
        if (query.End <= query.Start)
            return new([]);
        if (await QueryAsync(query.Instance, query.Start, query.End, query.Series.Bucket, cancellationToken) is not { } windows ||
            !(metric.HasInstances || query.Instance == Instances.All))
            return new([], $"'{metric.Name}' cannot be told apart by prediction server.");
        return await family.ReadAsync(request, metric.Name, windows, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<DateTimeOffset, double>> ReadCompletenessAsync(
        SeriesQuery query, CancellationToken cancellationToken)
    {
        if (query.End <= query.Start ||
            await QueryAsync(query.Instance, query.Start, query.End, query.Series.Bucket, cancellationToken) is not { } windows)
            return new Dictionary<DateTimeOffset, double>();
        var completeness = await PredictionsReader.ReadCompletenessAsync(request, windows, cancellationToken);
        return completeness.Where(window => window.Value is not null).ToDictionary(window => window.Start, window => window.Value!.Value);
    }

    public async Task<SpanReading> ReadSpanAsync(
        string instance, IReadOnlyList<string> metrics, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var readings = new List<MetricReading>();
        var notes = new List<string>();
        if (await QueryAsync(instance, start, end, bucket: null, cancellationToken) is not { } query)
            return new(readings, notes);
        foreach (var family in families)
        {
            IReadOnlyList<string> asked =
            [
                .. metrics.Where(
                    metric =>
                        family.Reads(MetricCatalogue.Find(metric)) &&
                            (instance == Instances.All || MetricCatalogue.Find(metric).HasInstances))
            ];
            if ((metrics.Count > 0 && asked.Count == 0) || (instance != Instances.All && family is HealthReader or CustomMetricReader))
                continue;
            try
            {
                readings.AddRange(await family.ReadSpanAsync(request, asked, query, cancellationToken));
            }
            catch (MetricSourceException exception) when (
                exception.Problem is MetricSourceProblem.Forbidden or MetricSourceProblem.Invalid or MetricSourceProblem.Unexpected)
            {
                // One family that is off or not allowed does not hide the others.
                notes.Add(exception.Message);
            }
        }

        return new(readings, notes);
    }

    public async Task<string?> ExplainMissingAsync(string metric, CancellationToken cancellationToken)
    {
        var family = MetricCatalogue.Find(metric).Family;
        if (family is not (MetricFamily.Accuracy or MetricFamily.Drift) && metric != MetricNames.ActualsCompleteness)
            return null;
        return MissingData.Explain(metric, Deployment.Label, await settings.FindAsync(request.Client, Deployment.Id, cancellationToken));
    }

    /// <summary>The query for an instance; null for a host of a deployment that does not tell hosts apart.</summary>
    private async Task<WindowQuery?> QueryAsync(
        string instance,
        DateTimeOffset start,
        DateTimeOffset end,
        TimeSpan? bucket,
        CancellationToken cancellationToken)
    {
        if (instance == Instances.All)
            return new(start, end, bucket, null, null);
        var found = await hosts.FindAsync(request.Client, Deployment.Id, cancellationToken);
        return found.Attribute is null ? null : new(start, end, bucket, found.Attribute, instance);
    }
}
