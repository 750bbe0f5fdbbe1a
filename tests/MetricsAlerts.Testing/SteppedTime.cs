using Microsoft.Extensions.Time.Testing;

namespace MetricsAlerts.Testing;

/// <summary>A time whose clock can be set, back too, while elapsed time and timers go on.</summary>
public sealed class SteppedTime(FakeTimeProvider time) : TimeProvider
{
    /// <summary>How far the clock was set ahead.</summary>
    public TimeSpan Ahead { get; set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => time.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Ahead;

    /// <inheritdoc/>
    public override long GetTimestamp() => time.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan passed) => time.Advance(passed);
}
