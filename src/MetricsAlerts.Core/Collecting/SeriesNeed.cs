using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Collecting;

/// <summary>Which windows of a series a tick has to read.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Planned">The series.</param>
/// <param name="Windows">The starts of the windows.</param>
internal sealed record SeriesNeed(string Instance, PlannedSeries Planned, SortedSet<DateTimeOffset> Windows)
{
    /// <summary>From where on the series is read without a gap once these are.</summary>
    public DateTimeOffset? ReadFrom { get; init; }

    /// <summary>Whether it looks for windows that have changed.</summary>
    public bool IsLook { get; init; }

    /// <summary>How much time there was that nobody will ever read; zero for none.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>The starts of windows that later ticks are to read.</summary>
    public IReadOnlyList<DateTimeOffset> Later { get; init; } = [];

    public DateTimeOffset Start => Windows.Min;

    public DateTimeOffset End => Windows.Max + Planned.Name.Bucket;
}

/// <summary>What is known before anything is asked.</summary>
/// <param name="Now">The time of the tick.</param>
/// <param name="LastPrediction">When the deployment last predicted, as it was listed; null when that is not known.</param>
/// <param name="Options">How far back, and how often.</param>
internal sealed record TickFacts(DateTimeOffset Now, DateTimeOffset? LastPrediction, CollectionOptions Options)
{
    /// <summary>Whether each series is read again at every tick, whatever others say.</summary>
    public bool IsReadWhole => Options.LateActualsEvery == TimeSpan.Zero;
}

/// <summary>Works out what a series needs. Nothing here asks anybody.</summary>
internal static class SeriesNeeds
{
    /// <summary>What is older is not read after all, and reported instead.</summary>
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(35);

    /// <summary>The clocks of two processes differ by less.</summary>
    private static readonly TimeSpan ClocksAgree = TimeSpan.FromMinutes(1);

    /// <summary>Of a metric that costs a request for each window, so many windows in a tick; the others in the next ones.</summary>
    private const int Portion = 48;

    /// <summary>
    /// What was never read: as far back as any rule looks, and all that ended since the last reading. What was left owing. And, of the
    /// series that others follow, once in <see cref="CollectionOptions.LateActualsEvery"/> all that can still have changed.
    /// </summary>
    /// <param name="instance">The instance.</param>
    /// <param name="planned">The series.</param>
    /// <param name="checkpoint">What was published of it; null when nothing was.</param>
    /// <param name="isLeader">Whether others follow it, or it is alone.</param>
    /// <param name="facts">What is known.</param>
    public static SeriesNeed Of(
        string instance, PlannedSeries planned, SeriesCheckpoint? checkpoint, bool isLeader, TickFacts facts)
    {
        var bucket = planned.Name.Bucket;
        var end = Timestamps.Floor(facts.Now, bucket);
        var needed = end - (bucket * planned.Windows);
        var lookBack = facts.Options.LookBack > bucket ? facts.Options.LookBack : bucket;
        var oldest = Timestamps.Floor(facts.Now - lookBack, bucket);
        if (checkpoint is not { ReadFrom: { } readFrom, Newest: { } newest })
        {
            // An alert may have begun long before: the whole look-back, unless each window is a request of its own.
            var first = SharedRequests.HasOverTime(planned.Definition) && oldest < needed ? oldest : needed;
            return InPortions(new(instance, planned, Range(first, end, bucket)) { ReadFrom = first, IsLook = isLeader });
        }

        if (planned.Definition.Family == MetricFamily.Health)
            return Verdict(instance, planned, checkpoint, end - bucket);
        var farthest = Timestamps.Floor(facts.Now - Farthest, bucket);
        var unread = newest + bucket;
        var gap = farthest > unread ? farthest - unread : TimeSpan.Zero;
        var windows = Range(unread > farthest ? unread : farthest, end, bucket);
        windows.UnionWith(checkpoint.Owed.Where(start => start >= farthest && start + bucket <= end));
        if (needed < readFrom)
            windows.UnionWith(Range(needed, readFrom < end ? readFrom : end, bucket));
        var lastLook = checkpoint.LookedAt ?? newest + bucket;
        var changeable = ChangeableFrom(planned, oldest, lastLook, facts.Now);
        var isIdle = planned.Definition.Family != MetricFamily.Custom && IsIdleSince(changeable, facts);
        var isLook = isLeader && changeable < end && IsDue(checkpoint.LookedAt, facts) && !isIdle;
        if (isLook)
            windows.UnionWith(Range(changeable > readFrom ? changeable : readFrom, end, bucket));
        return InPortions(new(instance, planned, windows)
        {
            ReadFrom = needed < readFrom ? needed : readFrom,
            IsLook = isLook,
            Gap = gap,
        });
    }

    /// <summary>A verdict is about now: of the past it says nothing.</summary>
    private static SeriesNeed Verdict(string instance, PlannedSeries planned, SeriesCheckpoint checkpoint, DateTimeOffset newest) =>
        new(instance, planned, checkpoint.HasPublished(newest) ? [] : [newest]) { ReadFrom = checkpoint.ReadFrom };

    /// <summary>From where on windows can still have changed since it was last looked for that.</summary>
    private static DateTimeOffset ChangeableFrom(
        PlannedSeries planned, DateTimeOffset oldest, DateTimeOffset lastLook, DateTimeOffset now)
    {
        var bucket = planned.Name.Bucket;
        if (planned.Definition.SettlesAfter is not { } settlesAfter)
            return oldest;
        if (settlesAfter == TimeSpan.Zero)
            return DateTimeOffset.MaxValue;

        // The clock has been set back, and nobody knows since when it was ahead: what was taken for settled need not have been.
        if (lastLook > now + ClocksAgree)
            return oldest;
        var unsettled = Timestamps.Floor((lastLook < now ? lastLook : now) - settlesAfter, bucket);
        return unsettled > oldest ? unsettled : oldest;
    }

    /// <summary>By the clock, not by the time that has passed: a tick that is a second early or late changes nothing.</summary>
    private static bool IsDue(DateTimeOffset? lookedAt, TickFacts facts)
    {
        var every = facts.Options.LateActualsEvery;
        return lookedAt is not { } last || last > facts.Now || every <= TimeSpan.Zero ||
            Timestamps.Floor(facts.Now, every) > Timestamps.Floor(last, every);
    }

    /// <summary>Without a prediction there is nothing that could change, but what a team uploads.</summary>
    private static bool IsIdleSince(DateTimeOffset start, TickFacts facts) => facts.LastPrediction is { } last && last < start;

    /// <summary>The newest first; a verdict is about now, so of it only the newest.</summary>
    public static SeriesNeed InPortions(SeriesNeed need) =>
        need.Planned.Definition.Family == MetricFamily.Health
            ? need with { Windows = [.. need.Windows.TakeLast(1)] }
            : SharedRequests.HasOverTime(need.Planned.Definition) || need.Windows.Count <= Portion
            ? need
            : need with { Windows = [.. need.Windows.TakeLast(Portion)], Later = [.. need.Windows.SkipLast(Portion), .. need.Later] };

    private static SortedSet<DateTimeOffset> Range(DateTimeOffset start, DateTimeOffset end, TimeSpan bucket)
    {
        var windows = new List<DateTimeOffset>();
        for (var at = start; at < end; at += bucket)
            windows.Add(at);
        return [.. windows];
    }
}
