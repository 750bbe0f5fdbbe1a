using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.DataRobot.Directories;
using MetricsAlerts.DataRobot.Families;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.DataRobot;

/// <summary>One deployment's metrics during one tick, each family read by its own reader.</summary>
internal sealed class DataRobotDeploymentMetrics(
    FamilyRequest request, IReadOnlyList<IMetricFamilyReader> families, DeploymentDirectories directories)
    : IDeploymentMetrics
{
    private readonly DeploymentHosts _hosts = new(request, directories.Hosts);

    public int Requests => request.Client.Requests;

    private Deployment Deployment => request.Deployment;

    public async Task<IReadOnlyList<string>> ListMetricsAsync(IReadOnlyList<Glob> patterns, CancellationToken cancellationToken)
    {
        var metrics = new List<string>();
        foreach (var family in families)
            metrics.AddRange(await family.ListAsync(request, patterns, cancellationToken));
        return metrics;
    }

    public Task<HostListing> ListHostsAsync(IReadOnlyCollection<MetricFamily> asked, CancellationToken cancellationToken) =>
        _hosts.ListAsync(asked, cancellationToken);

    public Task<IReadOnlyList<ModelPeriod>> ListModelsAsync(CancellationToken cancellationToken) =>
        directories.Models.FindAsync(request.Client, Deployment, cancellationToken);

    public async Task<SeriesReading> ReadAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        var metric = MetricCatalogue.Find(query.Series.Metric);
        var family = families.FirstOrDefault(reader => reader.Reads(metric))
            ?? throw new MetricSourceException(
                MetricSourceProblem.Invalid, $"'{metric.Name}' is no metric that DataRobot is known to have.");
        if (query.End <= query.Start)
            return new([]);
        if (await QueryAsync(query, metric.Family, cancellationToken) is not { } windows || !IsOf(metric, query.Instance))
            return new([], $"'{metric.Name}' cannot be told apart by prediction server.");
        return await family.ReadAsync(request, metric.Name, windows, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<DateTimeOffset, double>> ReadCompletenessAsync(
        SeriesQuery query, CancellationToken cancellationToken)
    {
        if (query.End <= query.Start || await QueryAsync(query, MetricFamily.Predictions, cancellationToken) is not { } windows)
            return new Dictionary<DateTimeOffset, double>();
        var completeness = await PredictionsReader.ReadCompletenessAsync(request, windows, cancellationToken);
        return completeness.Where(window => window.Value is not null)
            .GroupBy(window => window.Start).ToDictionary(window => window.Key, window => window.First().Value!.Value);
    }

    public async Task<SpanReading> ReadSpanAsync(SpanQuery query, CancellationToken cancellationToken)
    {
        var readings = new List<MetricReading>();
        var notes = new List<string>();
        foreach (var family in families)
        {
            IReadOnlyList<MetricDefinition> asked = [.. query.Metrics.Select(MetricCatalogue.Find).Where(family.Reads)];
            IReadOnlyList<string> names = [.. asked.Where(metric => IsOf(metric, query.Instance)).Select(metric => metric.Name)];
            var isUncut = query.Instance != Instances.All && family is HealthReader or CustomMetricReader;
            if ((query.Metrics.Count > 0 && names.Count == 0) || isUncut)
                continue;
            try
            {
                var windows = new WindowQuery(query.Start, query.End, null) { ModelId = query.ModelId };
                if (query.Instance != Instances.All)
                {
                    if (await _hosts.SegmentAsync(query.Instance, FamilyOf(family), cancellationToken) is not { } segment)
                        continue;
                    windows = windows with { Segment = segment };
                }

                readings.AddRange(await family.ReadSpanAsync(request, names, windows, cancellationToken));
            }
            catch (MetricSourceException exception) when (exception.IsAboutTheRequest)
            {
                // One family that is off or not allowed does not hide the others.
                notes.Add(exception.Message);
            }
        }

        return new(readings, notes);
    }

    public async Task<string?> ExplainMissingAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        var metric = query.Series.Metric;
        var family = MetricCatalogue.Find(metric).Family;
        if (family is not (MetricFamily.Accuracy or MetricFamily.Drift) && metric != MetricNames.ActualsCompleteness)
            return null;
        var settings = await directories.Settings.FindAsync(request.Client, Deployment.Id, cancellationToken);
        return MissingData.Explain(query, Deployment, settings);
    }

    private static MetricFamily FamilyOf(IMetricFamilyReader reader) =>
        MetricCatalogue.Known.Where(reader.Reads).Select(metric => metric.Family).FirstOrDefault(MetricFamily.Custom);

    private static bool IsOf(MetricDefinition metric, string instance) => metric.HasInstances || instance == Instances.All;

    /// <summary>The query for an instance; null for a host that the source cannot tell apart in the family.</summary>
    private async Task<WindowQuery?> QueryAsync(SeriesQuery query, MetricFamily family, CancellationToken cancellationToken)
    {
        var windows = new WindowQuery(query.Start, query.End, query.Series.Bucket) { ModelId = query.ModelId };
        if (query.Instance == Instances.All)
            return windows;
        return await _hosts.SegmentAsync(query.Instance, family, cancellationToken) is { } segment
            ? windows with { Segment = segment }
            : null;
    }
}
