using MetricsAlerts.Alerts;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying;

/// <summary>What a reader has to be told: the difference between what is so and what the reader may believe. A pure function.</summary>
internal static class Difference
{
    /// <summary>How far apart the clocks of two processes may be.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>The change to tell, or none.</summary>
    /// <param name="wanted">What is so.</param>
    /// <param name="notified">What the reader was notified of; null when of nothing.</param>
    /// <param name="now">For reminders.</param>
    /// <param name="repeatEvery">How often the channel has to hear of what is open; null where it is as the rule says.</param>
    public static Change Of(Wanted wanted, Notified? notified, DateTimeOffset now, TimeSpan? repeatEvery = null)
    {
        var alert = wanted.Alert;
        if (notified is not null && alert.Version <= notified.GivenUp)
            return Change.None;
        if (!alert.IsOpen)
            return notified is { MayBelieveOpen: true } ? Change.Resolved : Change.None;

        var target = Belief.Of(alert);
        if (notified is null || !notified.MayBelieveOpen || notified.IsIntroduced)
            return wanted.IsRouted ? Opened(alert) : Change.None;
        if (notified.Beliefs.All(belief => belief == target))
            return RemindAt(wanted, notified, now, repeatEvery) <= now ? Change.Reminded : Change.None;

        // Who may have heard nothing hears it as news; who is no longer sent it is only kept in step.
        if (notified.Beliefs.Any(belief => !belief.IsOpen) && wanted.IsRouted)
            return Opened(alert);
        var basis = notified.Beliefs.FirstOrDefault(belief => belief.IsOpen && belief != target, target);
        if (alert.Severity != basis.Severity)
            return alert.Severity > basis.Severity ? Change.Escalated : Change.Deescalated;
        return alert.NoData == basis.NoData ? Change.None : alert.NoData ? Change.NoData : Change.DataBack;
    }

    /// <summary>When an open alert is to be said again; null for never. A last word from the future was said before the clock was set back.</summary>
    public static DateTimeOffset? RemindAt(Wanted wanted, Notified? notified, DateTimeOffset now, TimeSpan? repeatEvery = null)
    {
        if (!wanted.Alert.IsOpen || (repeatEvery ?? wanted.Alert.Rule.RemindEvery) is not { } every || notified is not { MayBelieveOpen: true, At: { } last })
            return null;
        if (wanted.Alert.Version <= notified.GivenUp)
            return null;
        return last <= now + ClockTolerance ? last + every : now;
    }

    private static Change Opened(Alert alert) => alert is { OpenedByNoData: true, NoData: true } ? Change.NoData : Change.Fired;
}
