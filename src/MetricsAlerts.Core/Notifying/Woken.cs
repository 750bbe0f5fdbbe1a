using MetricsAlerts.Routing;

namespace MetricsAlerts.Notifying;

/// <summary>
/// A wake that is being dealt with. The clocks of a process and of the queue are seconds apart: then what the queue says is due is due. Where
/// somebody has set one by hours, everything goes by this process's.
/// </summary>
/// <param name="Wake">What it asks for.</param>
/// <param name="MessageId">The message's id.</param>
/// <param name="Time">This process's clock.</param>
internal sealed record Woken(GroupWake Wake, string MessageId, TimeProvider Time)
{
    /// <summary>How far apart clocks are that nobody has set.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _early = Wake.At - Time.GetUtcNow() ?? TimeSpan.Zero;

    /// <summary>The time, by which everything is decided and written down.</summary>
    public DateTimeOffset Now => Early == TimeSpan.Zero && Wake.At > Time.GetUtcNow() ? Wake.At.Value : Time.GetUtcNow();

    /// <summary>When the look began.</summary>
    public DateTimeOffset Begun { get; } = Time.GetUtcNow();

    /// <summary>
    /// By how many hours the wake came too early, because the queue's clock is ahead: the next one is asked for as much later, or it would
    /// come too early again and again. Zero for a clock that nobody has set.
    /// </summary>
    public TimeSpan Early => _early > ClockTolerance ? _early : TimeSpan.Zero;

    /// <summary>
    /// When what the look finds is noted: no earlier than it began. If the clock was set back meanwhile, the note is from the future, and
    /// the times in it mean nothing.
    /// </summary>
    public DateTimeOffset NotedAt => Begun > Now ? Begun : Now;
}
