using MetricsAlerts.Formats;

namespace MetricsAlerts.Collecting;

/// <summary>Which windows of a series a tick reads.</summary>
/// <param name="Start">The start of the first window.</param>
/// <param name="End">The end of the last window.</param>
/// <param name="ReadFrom">From where on the series has been read without a gap once this is.</param>
internal readonly record struct ReadingSpan(DateTimeOffset Start, DateTimeOffset End, DateTimeOffset ReadFrom)
{
    /// <summary>Whether no window has ended that is to be read.</summary>
    public bool IsEmpty => End <= Start;

    /// <summary>
    /// What was never read, as far back as any rule looks, and what can still have changed: everything in the look-back for metrics
    /// that late actuals change, the windows that may not have settled for the others. A rule that was added and looks further back
    /// than the series was read gets it read.
    /// </summary>
    public static ReadingSpan Of(PlannedSeries planned, SeriesCheckpoint? checkpoint, TimeSpan lookBack, DateTimeOffset now)
    {
        var bucket = planned.Name.Bucket;
        var end = Timestamps.Floor(now, bucket);
        var needed = end - (bucket * planned.Windows);
        var oldest = Timestamps.Floor(now - lookBack, bucket);
        if (checkpoint is not { ReadFrom: { } readFrom, Newest: { } newest })
        {
            var first = planned.Definition.SettlesAfter is null ? Earlier(oldest, needed) : needed;
            return new(first, end, first);
        }

        var unread = newest + bucket;
        var changeable = planned.Definition.SettlesAfter is { } settlesAfter
            ? Later(Earlier(unread, Unsettled(settlesAfter, bucket, now)), Later(oldest, readFrom))
            : oldest;
        var start = Earlier(changeable, Later(unread, needed));
        if (needed < readFrom)
            start = Earlier(start, needed);
        return new(start, end, start > unread ? start : Earlier(start, readFrom));
    }

    private static DateTimeOffset Unsettled(TimeSpan settlesAfter, TimeSpan bucket, DateTimeOffset now) =>
        Timestamps.Floor(now - settlesAfter, bucket) - (settlesAfter > TimeSpan.Zero ? bucket : TimeSpan.Zero);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
