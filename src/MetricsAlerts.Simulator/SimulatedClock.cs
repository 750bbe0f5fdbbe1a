namespace MetricsAlerts.Simulator;

/// <summary>
/// A clock that stands still until it is told, or runs so many times as fast as the real one. Its timers are real ones, so that
/// time-outs of real connections keep their meaning.
/// </summary>
public sealed class SimulatedClock : TimeProvider
{
    private readonly long _startedAt = Environment.TickCount64;
    private readonly double _speed;
    private long _now;

    /// <summary>A clock that starts at <paramref name="start"/>.</summary>
    /// <param name="start">The simulated now.</param>
    /// <param name="speed">How many times as fast as real time it runs; 0 for standing still.</param>
    public SimulatedClock(DateTimeOffset start, double speed = 0)
    {
        _now = start.UtcTicks;
        _speed = speed;
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var ran = (long)((Environment.TickCount64 - _startedAt) * TimeSpan.TicksPerMillisecond * _speed);
        return new(Interlocked.Read(ref _now) + ran, TimeSpan.Zero);
    }

    /// <summary>Sets a standing clock forward; a time in the past changes nothing.</summary>
    public void AdvanceTo(DateTimeOffset time)
    {
        var wanted = time.UtcTicks;
        for (var now = Interlocked.Read(ref _now); wanted > now; now = Interlocked.Read(ref _now))
        {
            if (Interlocked.CompareExchange(ref _now, wanted, now) == now)
                return;
        }
    }
}
