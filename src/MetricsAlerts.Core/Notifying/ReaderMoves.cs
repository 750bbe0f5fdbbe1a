using MetricsAlerts.Alerts;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying;

/// <summary>Where readers go on hearing of an alert when their channel cannot be reached: its fallback, or today's route.</summary>
internal sealed class ReaderMoves(NotifyStores stores, NotifyOptions options)
{
    /// <summary>Leaves what is new with the fallbacks that follow an alert of this group.</summary>
    public async Task ForwardAsync(Group group, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var behind = group.Notified.Values
            .Where(notified => notified.Fallback.Length > 0 && group.Wanted.TryGetValue(notified.AlertId, out var wanted) && wanted.Alert.Version > notified.Forwarded)
            .ToList();
        foreach (var fallback in behind.GroupBy(notified => PlaceOf(group.Wanted[notified.AlertId].Alert, notified.Fallback, group.Name)))
        {
            var (channel, name) = fallback.Key;

            // A fallback hears no more than its channel would: of an alert that nothing sends there any more, only what it has heard of.
            var wanted = fallback.Select(notified => group.Wanted[notified.AlertId]).Select(one => new Wanted(one.Alert, one.IsRouted, now)).ToList();
            var alerts = wanted.Select(one => one.Alert);
            await stores.Destinations.WantAsync(channel, name, wanted, cancellationToken);
            await stores.WakeAsync(channel, name, $"fallback of {group.Channel}: {string.Join(' ', alerts.Select(alert => alert.Version))}", cancellationToken);
            await stores.Groups.SaveAsync(group, fallback.Select(notified => notified with { Forwarded = group.Wanted[notified.AlertId].Alert.Version }), cancellationToken);
        }
    }

    /// <summary>A message of which it is not known whether the channel took it is not sent again: what its readers may believe is all that is left of it.</summary>
    private async Task EndAttemptAsync(Group group, CancellationToken cancellationToken)
    {
        if (group.Attempt is not { } attempt)
            return;
        await stores.Groups.SaveAsync(group, attempt.Changes.Select(change => group.Reader(change.Alert.Key.Id)), cancellationToken);
        await stores.Groups.SaveAsync(group, group.Progress, null, [], cancellationToken);
    }

    /// <summary>A channel that is sent the alert itself knows it in a group already, and is to be told once.</summary>
    private static (string Channel, string Group) PlaceOf(Alert alert, string channel, string group) =>
        (channel, alert.Destinations.FirstOrDefault(destination => destination.Channel == channel)?.Group ?? group);

    /// <summary>The alert as today's rule would have it: it may be over because its rule was changed, and with it who should know.</summary>
    private static Alert AsOfToday(Alert alert, RuleSet rules) =>
        rules.FindEnabled(alert.Key.Rule) is { } rule ? alert with { Rule = RuleFacts.From(rule, alert.Key.Metric, alert.Severity) } : alert;

    /// <summary>
    /// The channel is gone. Whoever it notified of an alert that is over now hears so on today's route; open alerts reach today's route by themselves. Returns whether
    /// nothing is left to say here, as it is not while only this process does not know the channel yet.
    /// </summary>
    public async Task<bool> MoveAsync(Group group, RuleSet rules, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isDone = true;
        await EndAttemptAsync(group, cancellationToken);
        foreach (var wanted in group.Wanted.Values)
        {
            var notified = group.Reader(wanted.Alert.Key.Id);
            var change = Difference.Of(wanted, notified, now);
            if (change != Change.Resolved)
            {
                isDone &= change == Change.None;
                continue;
            }

            var routed = new Router(rules, options).Route(AsOfToday(wanted.Alert, rules)).Destinations;
            foreach (var (channel, name) in routed.Select(destination => PlaceOf(wanted.Alert, destination.Channel, destination.Group)))
            {
                await stores.Groups.IntroduceAsync(channel, name, new(notified.AlertId) { Certain = notified.Beliefs.First(belief => belief.IsOpen), At = notified.At }, cancellationToken);
                await stores.Destinations.WantAsync(channel, name, [new(wanted.Alert, IsRouted: true, now)], cancellationToken);
                await stores.WakeAsync(channel, name, $"moved from {group.Channel}: {wanted.Alert.Version}", cancellationToken);
            }

            isDone &= routed.Count > 0;
            var moved = routed.Count > 0
                ? notified.After(new(wanted.Alert, Change.Resolved), now)
                : notified with { Held = $"There is no channel '{group.Channel}', and no other is named." };
            if (moved != notified)
                await stores.Groups.SaveAsync(group, [moved], cancellationToken);
        }

        return isDone;
    }
}
