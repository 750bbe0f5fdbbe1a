using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Viewing;

namespace MetricsAlerts.Web.Pages.Overview;

/// <summary>The open alerts of one rule on one deployment: what all share is said once.</summary>
/// <param name="Alerts">The alerts, the worst first.</param>
/// <param name="Muted">What mutes the worst; null when it is told.</param>
public sealed record AlertCard(IReadOnlyList<Alert> Alerts, MutedView? Muted)
{
    /// <summary>How many of its alerts are shown.</summary>
    public const int MostRows = 5;

    /// <summary>The worst alert.</summary>
    public Alert Worst => Alerts[0];

    /// <summary>Those that are shown.</summary>
    public IReadOnlyList<Alert> Shown => [.. Alerts.Take(MostRows)];

    /// <summary>Who was notified of each alert that is shown.</summary>
    public IReadOnlyList<IReadOnlyList<DeliveryState>> Notified { get; init; } = [];

    /// <summary>Since when the first of them is open.</summary>
    public DateTimeOffset Since => Alerts.Min(alert => alert.Since);

    /// <summary>Whether every alert that is shown was told to the same channels, at the same time and with the same outcome.</summary>
    public bool IsNotifiedAlike => Notified.All(states => Summary(states).SequenceEqual(Summary(Notified[0])));

    /// <summary>The open alerts as cards: those that people are told of first, the worst of these first.</summary>
    public static IReadOnlyList<AlertCard> Of(IEnumerable<Alert> open, IReadOnlyDictionary<string, MutedView> muted) =>
        [.. open.GroupBy(alert => (alert.Key.DeploymentId, alert.Key.Rule))
            .Select(group => WorstFirst(group, muted))
            .OrderBy(card => card.Muted is not null).ThenByDescending(card => card.Worst.Severity).ThenBy(card => card.Since)
            .ThenBy(card => card.Worst.Key.Id, StringComparer.Ordinal)];

    private static AlertCard WorstFirst(IEnumerable<Alert> alerts, IReadOnlyDictionary<string, MutedView> muted)
    {
        var sorted = alerts.OrderBy(alert => muted.ContainsKey(alert.Key.Id)).ThenByDescending(alert => alert.Severity)
            .ThenByDescending(Distance).ThenBy(alert => alert.Key.Instance, StringComparer.Ordinal).ToList();
        return new(sorted, muted.GetValueOrDefault(sorted[0].Key.Id));
    }

    /// <summary>How far a value is past its threshold.</summary>
    private static double Distance(Alert alert) =>
        alert.Evidence.Value is { } value && alert.Rule.Threshold is { } threshold ? Math.Abs(value - threshold) : 0;

    private static IEnumerable<(string, Change, string, Change, string, string)> Summary(IReadOnlyList<DeliveryState> states) =>
        states.Select(state => (
            state.Channel, state.LastWord, state.At?.ToString("yyyyMMddHHmm") ?? "", state.Pending, state.Held, state.Problem));
}
