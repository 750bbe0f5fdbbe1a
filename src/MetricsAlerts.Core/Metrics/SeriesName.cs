using MetricsAlerts.Formats;

namespace MetricsAlerts.Metrics;

/// <summary>What tells the series of one deployment instance apart: the metric and the length of its windows.</summary>
public readonly record struct SeriesName(string Metric, TimeSpan Bucket)
{
    /// <summary>For example <c>Accuracy/1h</c>.</summary>
    public override string ToString() => $"{Metric}/{Durations.Format(Bucket)}";
}
