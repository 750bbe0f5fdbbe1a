using System.Diagnostics.Metrics;
using MetricsAlerts.Formats;
using MetricsAlerts.Rules;
using MetricsAlerts.Telemetry;

namespace MetricsAlerts.Evaluating;

/// <summary>How series stand, as measurements for OpenTelemetry.</summary>
public static class SeriesMeasured
{
    /// <summary>Shows the series of an instance.</summary>
    public static void Show(this SeriesGauges gauges, string deploymentId, string instance, IReadOnlyList<WatchedSeries> series) =>
        gauges.Set(deploymentId, instance, new([.. series.SelectMany(Values)], [.. series.SelectMany(States)]));

    private static IEnumerable<Measurement<double>> Values(WatchedSeries series)
    {
        if (series.Newest?.Value is { } value)
            yield return new(value, Tags(series));
    }

    private static IEnumerable<Measurement<int>> States(WatchedSeries series) => series.Rules.Select(rule =>
        new Measurement<int>(StateOf(rule), [.. Tags(series), new("rule", rule.Key.Rule)]));

    private static int StateOf(RuleStanding rule) => rule.Phase switch
    {
        AlertPhase.Inactive => 0,
        AlertPhase.Pending => 1,
        _ => rule.Severity == Severity.Critical ? 3 : 2,
    };

    private static KeyValuePair<string, object?>[] Tags(WatchedSeries series) =>
    [
        new("deployment", series.Deployment.Label), new("deployment_id", series.Deployment.Id), new("instance", series.Instance),
        new("metric", series.Series.Metric), new("bucket", Durations.Format(series.Series.Bucket)),
    ];
}
