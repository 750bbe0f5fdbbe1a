namespace MetricsAlerts.Metrics;

/// <summary>One measurement of a series over the half-open time <c>[Start, End)</c> in UTC.</summary>
/// <param name="Start">First moment of the window; with the series it identifies the window.</param>
/// <param name="End">First moment after the window.</param>
/// <param name="Value">What was measured, in the metric's unit; null when the source has no value (yet).</param>
/// <param name="SampleSize">Rows that the value was computed from.</param>
public readonly record struct MetricWindow(DateTimeOffset Start, DateTimeOffset End, double? Value, long SampleSize)
{
    /// <summary>The value at training or deployment time that the source compares with; null when it has none.</summary>
    public double? Baseline { get; init; }

    /// <summary>The share, 0 to 1, of the window's rows whose actuals have arrived; null when the source does not say.</summary>
    public double? Completeness { get; init; }

    /// <summary>The model that was measured; null when the source does not say.</summary>
    public string? ModelId { get; init; }
}
