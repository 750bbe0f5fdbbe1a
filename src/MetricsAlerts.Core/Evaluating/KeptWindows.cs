namespace MetricsAlerts.Evaluating;

/// <summary>
/// How many windows of a series are kept. What rules need no longer is kept for a while: a rule may come back, and Collect, which has
/// published those windows, does not know that anything was forgotten.
/// </summary>
/// <param name="Count">So many windows, the newest.</param>
/// <param name="Needed">So many of them does a rule need.</param>
/// <param name="Until">Until when the others are kept, in UTC ticks; 0 where there are none.</param>
internal readonly record struct KeptWindows(int Count, int Needed, long Until)
{
    /// <summary>Longer than Collect goes without a tick of which anybody would say that all is well.</summary>
    public static readonly TimeSpan While = TimeSpan.FromDays(2);

    /// <summary>The same, now that rules need <paramref name="needed"/> windows.</summary>
    public KeptWindows Need(int needed, DateTimeOffset now)
    {
        if (needed >= Count)
            return new(needed, needed, 0);

        // What was needed until now is kept from now on; a time too far ahead is from before the clock was set back.
        if (needed < Needed || Until > (now + While).UtcTicks)
            return new(Count, needed, (now + While).UtcTicks);
        return now.UtcTicks < Until ? this with { Needed = needed } : new(needed, needed, 0);
    }
}
