namespace Simulation.Time;

/// <summary>The clock of one process: off by some seconds, and now and then somebody sets it. Its timers follow the true passing of time.</summary>
public sealed class ProcessClock(Scheduler scheduler, ProcessContext? context, TimeSpan offset) : TimeProvider
{
    /// <summary>How far it is ahead of the right clock.</summary>
    public TimeSpan Offset { get; set; } = offset;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => scheduler.Now + Offset;

    /// <inheritdoc/>
    public override long GetTimestamp() => scheduler.Now.UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(scheduler, context, callback, state, dueTime, period);

    private sealed class Timer : ITimer
    {
        private readonly Scheduler _scheduler;
        private readonly ProcessContext? _context;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private SimulatedTimer? _next;
        private TimeSpan _period;

        public Timer(Scheduler scheduler, ProcessContext? context, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_scheduler, _context, _callback, _state) = (scheduler, context, callback, state);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _next?.Cancel();
            _next = null;
            _period = period;
            if (dueTime >= TimeSpan.Zero)
                Arm(dueTime);
            return true;
        }

        public void Dispose() => _next?.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan after)
        {
            _next = new(_context, _scheduler.Now.UtcTicks + after.Ticks, _ => GoOff(), null);
            _scheduler.Add(_next);
        }

        private void GoOff()
        {
            _next = null;
            if (_period > TimeSpan.Zero)
                Arm(_period);
            _callback(_state);
        }
    }
}
