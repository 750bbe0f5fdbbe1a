using NCrontab;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>A six-field NCrontab expression in UTC, as Azure's timer trigger reads it.</summary>
internal sealed class Schedule(string expression, TimeProvider time)
{
    private readonly CrontabSchedule _schedule = CrontabSchedule.Parse(expression, new() { IncludingSeconds = true });

    /// <summary>Completes at the next occurrence.</summary>
    public Task NextAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Task.Delay(new DateTimeOffset(_schedule.GetNextOccurrence(now.UtcDateTime), TimeSpan.Zero) - now, time, cancellationToken);
    }
}
