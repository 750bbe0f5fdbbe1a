using MetricsAlerts.Ticks;
using NCrontab;

namespace MetricsAlerts.Viewing;

/// <summary>When the next tick begins, as the schedule says.</summary>
/// <param name="expression">A six-field NCrontab expression in UTC; null where nobody keeps one.</param>
public sealed class TickSchedule(string? expression)
{
    private readonly CrontabSchedule? _schedule =
        expression is null ? null : CrontabSchedule.TryParse(expression, new() { IncludingSeconds = true });

    /// <summary>The first tick after a time; null when there is no schedule.</summary>
    public DateTimeOffset? Next(DateTimeOffset now) =>
        _schedule is null ? null : new(_schedule.GetNextOccurrence(now.UtcDateTime), TimeSpan.Zero);
}

/// <summary>Says how the collection is getting on.</summary>
public sealed class TickStatus(TickReports reports, TickSchedule schedule, TimeProvider time)
{
    /// <summary>The last tick that began, and when the next one does.</summary>
    public async Task<TickView> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return new(await reports.LoadAsync(cancellationToken), schedule.Next(now), now);
    }

    /// <summary>Every tick that is kept, the newest first.</summary>
    public async Task<IReadOnlyList<TickState>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await reports.ListAsync(cancellationToken)).Reverse()];
}

/// <summary>How the collection is getting on.</summary>
/// <param name="Last">The last tick that began; null before the first.</param>
/// <param name="Next">When the next one begins; null when nobody knows.</param>
/// <param name="Now">The time at which this was so.</param>
public sealed record TickView(TickState? Last, DateTimeOffset? Next, DateTimeOffset Now)
{
    /// <summary>Whether the last tick collected everything.</summary>
    public bool IsHealthy => Last is { Report.IsHealthy: true };
}
