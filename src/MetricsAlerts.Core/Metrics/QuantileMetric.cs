using MetricsAlerts.Formats;

namespace MetricsAlerts.Metrics;

/// <summary>
/// A quantile of a service time, written <c>responseTime.p90</c>, <c>executionTime.p99.9</c>; without one the times are medians.
/// </summary>
public static class QuantileMetric
{
    private static readonly string[] Times = ["responseTime", "executionTime"];

    /// <summary>Reads the name of a metric with a quantile above 0 and below 1.</summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="time">The metric that it is a quantile of.</param>
    /// <param name="quantile">The quantile, 0 to 1.</param>
    public static bool TryParse(string name, out string time, out double quantile)
    {
        quantile = 0;
        var at = name.IndexOf(".p", StringComparison.Ordinal);
        time = at < 0 ? "" : name[..at];
        if (!Times.Contains(time) || !Numbers.TryParse(name[(at + 2)..], out var percent) || percent is not (> 0 and < 100))
            return false;
        quantile = percent / 100;
        return true;
    }
}
