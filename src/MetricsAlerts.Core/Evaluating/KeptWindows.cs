namespace MetricsAlerts.Evaluating;

/// <summary>
/// How many windows of a series are kept. What rules need no longer is kept for a while: a rule may come back, and Collect, which has published those windows, does not
/// know that anything was forgotten.
/// </summary>
/// <param name="Count">So many windows, the newest.</param>
/// <param name="Until">Until when, in UTC ticks; 0 for as long as rules need them.</param>
internal readonly record struct KeptWindows(int Count, long Until)
{
    /// <summary>Longer than Collect goes without a tick of which anybody would say that all is well.</summary>
    public static readonly TimeSpan While = TimeSpan.FromDays(2);

    /// <summary>The same, now that rules need <paramref name="needed"/> windows.</summary>
    public KeptWindows Need(int needed, DateTimeOffset now)
    {
        if (needed >= Count)
            return new(needed, 0);
        if (Until == 0 || Until > (now + While).UtcTicks)
            return this with { Until = (now + While).UtcTicks };
        return now.UtcTicks < Until ? this : new(needed, 0);
    }
}
