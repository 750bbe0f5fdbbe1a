using MetricsAlerts.Metrics;

namespace MetricsAlerts.Rules.Conditions;

/// <summary>Finds windows of other series of the same deployment instance.</summary>
public interface ISeriesLookup
{
    /// <summary>The windows of a metric up to and including the one that starts at <paramref name="start"/>; empty when that one is not known.</summary>
    ReadOnlySpan<MetricWindow> Until(SeriesName series, DateTimeOffset start);
}
