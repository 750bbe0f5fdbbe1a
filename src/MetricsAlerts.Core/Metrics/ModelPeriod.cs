namespace MetricsAlerts.Metrics;

/// <summary>A time within which a model answered a deployment's requests.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="From">The earliest moment from which it can have; null for ever before.</param>
/// <param name="Until">The latest moment until which it can have; null for still.</param>
public sealed record ModelPeriod(string ModelId, DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary>Whether the model may have answered within <c>[start, end)</c>.</summary>
    public bool Overlaps(DateTimeOffset start, DateTimeOffset end) => (From ?? start) < end && (Until ?? end) > start;
}
