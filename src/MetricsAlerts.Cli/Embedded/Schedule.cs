using MetricsAlerts.Ticks;
using Microsoft.Extensions.Options;
using NCrontab;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>A six-field NCrontab expression in UTC, as Azure's timer trigger reads it.</summary>
internal sealed class Schedule(string expression, TimeProvider time)
{
    private const string Allowed = "six fields: second, minute, hour, day, month, day of the week, such as '0 */10 * * * *'";

    /// <summary>How often the clock is looked at: it may be set, and a wait cannot be longer than some weeks.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly CrontabSchedule _schedule = CrontabSchedule.Parse(expression, new() { IncludingSeconds = true });
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    /// <summary>What is wrong with an expression; null when nothing is.</summary>
    public static string? ProblemOf(string expression)
    {
        if (CrontabSchedule.TryParse(expression, new() { IncludingSeconds = true }) is not { } schedule)
            return $"is '{expression}'; expected {Allowed}";

        // Eight years have every date.
        var (from, to) = (new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2032, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        return schedule.GetNextOccurrence(from, to) < to ? null : $"is '{expression}', which never comes";
    }

    /// <summary>The longest time between two occurrences, of the next thousand.</summary>
    public static TimeSpan LongestGapOf(string expression)
    {
        var schedule = CrontabSchedule.Parse(expression, new() { IncludingSeconds = true });
        var start = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var times = schedule.GetNextOccurrences(start, start.AddYears(8)).Take(1000).ToList();
        return times.Zip(times.Skip(1), (one, next) => next - one).DefaultIfEmpty(TimeSpan.Zero).Max();
    }

    /// <summary>
    /// Completes at the next occurrence. When the clock is set back meanwhile, that is the next one from then; when it is set forward past
    /// it, at once.
    /// </summary>
    public async Task NextAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var next = After(now);
        while (now < next)
        {
            var wait = next - now < LookAgain ? next - now : LookAgain;
            await Task.Delay(wait, time, cancellationToken);
            var before = now;
            now = time.GetUtcNow();
            if (now < before)
                next = After(now);
        }

        _last = next;
    }

    /// <summary>The occurrence that was just there is not the next one, should the clock be corrected by a moment.</summary>
    private DateTimeOffset After(DateTimeOffset now)
    {
        var from = _last > now && _last - now < LookAgain ? _last : now;
        return new(_schedule.GetNextOccurrence(from.UtcDateTime), TimeSpan.Zero);
    }
}

/// <summary>Validates the schedule of a section when the host starts.</summary>
internal sealed class ScheduleValidation<TOptions>(string setting, Func<TOptions, string> schedule) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options) => Schedule.ProblemOf(schedule(options)) is { } problem
        ? ValidateOptionsResult.Fail($"{setting} {problem}.")
        : ValidateOptionsResult.Success;
}

/// <summary>Refuses a look-back that is shorter than the time from one tick to the next.</summary>
internal sealed class LookBackValidation : IValidateOptions<CollectionOptions>
{
    public ValidateOptionsResult Validate(string? name, CollectionOptions options)
    {
        var gap = Schedule.ProblemOf(options.Schedule) is null ? Schedule.LongestGapOf(options.Schedule) : TimeSpan.Zero;
        return gap <= options.LookBack ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
            $"Collection:LookBack is {options.LookBack}, but from one tick of Collection:Schedule '{options.Schedule}' to the next it " +
            $"can be {gap}: late actuals would be missed. LookBack must be at least that.");
    }
}
