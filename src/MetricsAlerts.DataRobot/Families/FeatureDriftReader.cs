using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.DataRobot.Directories;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>
/// The drift of the features: of one (<c>featureDrift/age</c>), or the largest of all (<c>featureDrift.max</c>). A window is a
/// request that has every feature.
/// </summary>
internal sealed class FeatureDriftReader(IOptions<DataRobotOptions> options, TimeProvider time) : IMetricFamilyReader
{
    private readonly DeploymentMemory<IReadOnlyList<string>> _features = new(options.Value.Remember, time);

    public bool Reads(MetricDefinition metric) => metric.Family == MetricFamily.Drift && metric.Name != MetricNames.TargetDrift;

    public async Task<IReadOnlyList<string>> ListAsync(
        FamilyRequest request, IReadOnlyList<Glob> patterns, CancellationToken cancellationToken)
    {
        // Which features there are is known only from their drift: a request that only a pattern that can mean one is worth.
        if (!patterns.Any(pattern => pattern.CanMatch(MetricNames.FeatureDriftPrefix)))
            return [MetricNames.FeatureDriftMax];
        return
        [
            MetricNames.FeatureDriftMax,
            .. await _features.GetAsync(request.Deployment.Id, () => ListFeaturesAsync(request, cancellationToken)),
        ];
    }

    public async Task<SeriesReading> ReadAsync(FamilyRequest request, string metric, WindowQuery query, CancellationToken cancellationToken)
    {
        var windows = new List<MetricWindow>();
        var isKnown = metric == MetricNames.FeatureDriftMax;
        var features = 0;
        foreach (var window in OverTime.Split(query))
        {
            var drifts = await ReadAsync(request, window, cancellationToken);
            features = Math.Max(features, drifts.Count);
            var found = metric == MetricNames.FeatureDriftMax
                ? drifts.MaxBy(drift => drift.DriftScore)
                : drifts.Find(drift => NameOf(drift) == metric);
            isKnown |= found is not null;
            windows.Add(WindowOf(request, window, found));
        }

        return isKnown || features == 0
            ? new(windows)
            : new(
                [],
                $"There is no feature '{metric[MetricNames.FeatureDriftPrefix.Length..]}' among the {features} whose drift is tracked.");
    }

    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        FamilyRequest request, IReadOnlyList<string> asked, WindowQuery query, CancellationToken cancellationToken)
    {
        var drifts = await ReadAsync(request, query, cancellationToken);
        var readings = drifts.Where(drift => drift.Name is { Length: > 0 }).Select(
            drift => Reading(NameOf(drift), drift))
            .Prepend(Reading(MetricNames.FeatureDriftMax, drifts.MaxBy(drift => drift.DriftScore)));
        return [.. readings.Where(reading => asked.Count == 0 || asked.Contains(reading.Metric))];

        MetricReading Reading(string metric, FeatureDriftModel? drift) =>
            new(metric, WindowOf(request, query, drift));
    }

    private static MetricWindow WindowOf(FamilyRequest request, WindowQuery query, FeatureDriftModel? drift) =>
        new(query.Start, query.End, drift?.DriftScore, drift?.SampleSize ?? 0) { ModelId = query.ModelId ?? request.Deployment.ModelId };

    private async Task<IReadOnlyList<string>> ListFeaturesAsync(FamilyRequest request, CancellationToken cancellationToken)
    {
        var end = Timestamps.Floor(time.GetUtcNow(), TimeSpan.FromHours(1));
        var features = await request.Client.ListFeatureDriftAsync(
            request.Deployment.Id, new(end - TimeSpan.FromDays(7), end, null), cancellationToken).ToListAsync(cancellationToken);
        return [.. features.Where(feature => feature.Name is { Length: > 0 }).Select(NameOf).Distinct(StringComparer.Ordinal)];
    }

    private static string NameOf(FeatureDriftModel drift) => MetricNames.FeatureDriftPrefix + Texts.Clean(drift.Name ?? "", 200);

    private static ValueTask<List<FeatureDriftModel>> ReadAsync(
        FamilyRequest request, WindowQuery query, CancellationToken cancellationToken) =>
        request.Client.ListFeatureDriftAsync(request.Deployment.Id, query, cancellationToken).ToListAsync(cancellationToken);
}
