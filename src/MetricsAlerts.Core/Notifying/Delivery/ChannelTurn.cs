namespace MetricsAlerts.Notifying.Delivery;

/// <summary>A channel's turn that was given to somebody.</summary>
/// <param name="At">When it is.</param>
/// <param name="TakenAt">When it was given out.</param>
internal sealed record ChannelTurn(DateTimeOffset At, DateTimeOffset TakenAt)
{
    /// <summary>How far apart the clocks of two processes may be.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>Whether it may be waited for. One given out in the future was given out before the clock was set back, or by a process whose clock is wrong.</summary>
    public bool IsPlausible(DateTimeOffset now) => TakenAt <= now + ClockTolerance;
}
