namespace MetricsAlerts.Metrics;

/// <summary>
/// Which metrics of one instance and one window the monitoring API has in one request: all accuracy metrics, all service statistics
/// with the times at one quantile, all features' drifts, all verdicts.
/// </summary>
public static class SharedRequests
{
    /// <summary>The metrics in groups of one request each, in the order in which they come.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Of(IEnumerable<string> metrics) =>
        [.. metrics.GroupBy(KeyOf, StringComparer.Ordinal).Select(group => (IReadOnlyList<string>)[.. group])];

    /// <summary>
    /// Whether the API has the metric for a single window, together with others: counts of predictions, custom metrics and MAD it has not.
    /// </summary>
    public static bool HasWindow(MetricDefinition metric) =>
        metric.Family is not (MetricFamily.Predictions or MetricFamily.Custom) && metric.Name != "MAD";

    /// <summary>Whether the API has the metric for many windows in one request: drift and verdicts it has not.</summary>
    public static bool HasOverTime(MetricDefinition metric) => metric.Family is not (MetricFamily.Drift or MetricFamily.Health);

    private static string KeyOf(string name)
    {
        var metric = MetricCatalogue.Find(name);
        return metric.Family switch
        {
            MetricFamily.ServiceHealth => QuantileMetric.TryParse(name, out _, out var quantile) ? $"service at {quantile:R}" : "service",
            MetricFamily.Drift => name == MetricNames.TargetDrift ? name : "featureDrift",
            MetricFamily.Accuracy or MetricFamily.Health => metric.Family.ToString(),
            _ => name,
        };
    }
}
