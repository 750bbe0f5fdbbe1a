using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Routing;

namespace MetricsAlerts.Notifying;

/// <summary>A look at a group: what is to be said now, what is held and why, and when to look again. A pure function of the group, what mutes, and the time.</summary>
internal sealed class Look
{
    /// <summary>A time further ahead than the wait it belongs to was noted before the clock was set back.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>What is over waits for others no longer than this: those of one cause are over together.</summary>
    private static readonly TimeSpan ClosingWait = TimeSpan.FromSeconds(5);

    private readonly DateTimeOffset _now;
    private readonly TimeSpan _longestRetry;
    private readonly TimeSpan? _repeatEvery;

    private Look(DateTimeOffset now, TimeSpan longestRetry, TimeSpan? repeatEvery) =>
        (_now, _longestRetry, _repeatEvery) = (now, longestRetry, repeatEvery);

    /// <summary>What may be said, worst first.</summary>
    public IReadOnlyList<AlertChange> Sayable { get; private set; } = [];

    /// <summary>What is held, and why.</summary>
    public IReadOnlyList<(AlertChange Change, Suppression Why)> Held { get; private set; } = [];

    /// <summary>When what may be said is said; null when there is nothing.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>When something that is not to be said now may have to be: the end of what holds it, or a reminder.</summary>
    public DateTimeOffset? LookAgainAt { get; private set; }

    /// <summary>Looks.</summary>
    /// <param name="group">The group.</param>
    /// <param name="muted">Why a change is not said for now; null when it is.</param>
    /// <param name="now">The time.</param>
    /// <param name="longestRetry">The longest wait between two attempts.</param>
    /// <param name="repeatEvery">How often the channel has to hear of what is open; null where it remembers.</param>
    public static Look At(
        Group group, Func<AlertChange, Suppression?> muted, DateTimeOffset now, TimeSpan longestRetry, TimeSpan? repeatEvery = null)
    {
        var look = new Look(now, longestRetry, repeatEvery);
        look.Sort(group, muted);
        look.Decide(group);
        return look;
    }

    private void Sort(Group group, Func<AlertChange, Suppression?> muted)
    {
        var (sayable, held, again) = (new List<AlertChange>(), new List<(AlertChange, Suppression)>(), new List<DateTimeOffset>());
        foreach (var wanted in group.Wanted.Values)
        {
            var notified = group.Notified.GetValueOrDefault(wanted.Alert.Key.Id);
            var change = new AlertChange(wanted.Alert, Difference.Of(wanted, notified, _now, _repeatEvery));
            if (change.Change == Change.None)
            {
                if (Difference.RemindAt(wanted, notified, _now, _repeatEvery) is { } remindAt)
                    again.Add(remindAt);
                continue;
            }

            // That it is over is told to whoever heard of it, even while a silence would say otherwise.
            // A channel that forgets what it does not hear of would take what is held for over.
            var isKeptInStep = _repeatEvery is not null && notified is { MayBelieveOpen: true };
            if (change.Change != Change.Resolved && !isKeptInStep && muted(change) is { } why)
            {
                held.Add((change, why));
                again.Add(why.Until is { } until && until > _now ? until : _now);
                continue;
            }

            sayable.Add(change);
        }

        Sayable = [.. sayable.OrderByDescending(change => change.Alert.IsOpen).ThenByDescending(change => change.Alert.Severity)
            .ThenBy(change => change.Alert.Since).ThenBy(change => change.Alert.Key.Id, StringComparer.Ordinal)];
        Held = held;
        LookAgainAt = again.Count > 0 ? again.Min() : null;
    }

    private void Decide(Group group)
    {
        if (Sayable.Count == 0)
            return;
        var wanted = Sayable.Select(change => group.Wanted[change.Alert.Key.Id]).ToList();
        var due = wanted.Min(DueOf);
        if (group.Progress.LastMessage is { } last && last <= _now && last + wanted.Max(one => one.Interval) is var next && next > due)
            due = next;
        if (group.Progress.NextAttempt is { } attempt && attempt > due && attempt <= _now + _longestRetry + ClockTolerance)
            due = attempt;
        DueAt = due;
    }

    private DateTimeOffset DueOf(Wanted wanted)
    {
        var wait = wanted.Alert.IsOpen || wanted.Wait < ClosingWait ? wanted.Wait : ClosingWait;
        return wanted.At <= _now + ClockTolerance ? wanted.At + wait : _now;
    }
}
