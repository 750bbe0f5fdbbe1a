using MetricsAlerts.Formats;

namespace MetricsAlerts.Collecting;

/// <summary>Which windows of a series a tick reads.</summary>
internal static class ReadingSpan
{
    /// <summary>
    /// At first what the hungriest rule looks at. Later what is new and what can still have changed: everything in the look-back for metrics that late
    /// actuals change, the windows that may not have settled for the others.
    /// </summary>
    public static (DateTimeOffset Start, DateTimeOffset End) Of(PlannedSeries planned, SeriesCheckpoint checkpoint, TimeSpan lookBack, DateTimeOffset now)
    {
        var bucket = planned.Name.Bucket;
        var end = Timestamps.Floor(now, bucket);
        var oldest = Timestamps.Floor(now - lookBack, bucket);
        var needed = end - (bucket * planned.Windows);
        if (planned.Definition.SettlesAfter is not { } settlesAfter)
            return (checkpoint.IsEmpty && needed < oldest ? needed : oldest, end);
        if (checkpoint.Newest is not { } newest)
            return (needed, end);

        var unsettled = Timestamps.Floor(now - settlesAfter, bucket) - (settlesAfter > TimeSpan.Zero ? bucket : TimeSpan.Zero);
        var start = newest + bucket < unsettled ? newest + bucket : unsettled;

        // What was before the first collection stays there: it would come as news.
        oldest = oldest > checkpoint.Oldest ? oldest : checkpoint.Oldest!.Value;
        return (start < oldest ? oldest : start, end);
    }
}
