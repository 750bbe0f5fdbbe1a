using System.Text.RegularExpressions;
using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Web.Alertmanager;

/// <summary>Which alerts are asked for.</summary>
internal sealed record AlertsFilter(
    IReadOnlyList<Matcher> Matchers, bool Active, bool Silenced, bool Inhibited, bool Muted, Regex? Receiver);

/// <summary>What is open, in Alertmanager's words. What mutes an alert is looked at now: a new silence shows at once.</summary>
internal sealed class AlertmanagerAlerts(
    AlertStore alerts, SilenceStore silences, RuleStore rules, IOptions<RoutingOptions> routing, TimeProvider time)
{
    /// <summary>Clients hide what has ended: what is open ends later than they ask again.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>The alerts, in the order of their fingerprints.</summary>
    public async Task<IReadOnlyList<GettableAlert>> ListAsync(AlertsFilter filter, CancellationToken cancellationToken) =>
        [.. (await FindAsync(filter, cancellationToken)).Select(found => found.Described)];

    /// <summary>The alerts by channel and group; one that goes to two channels is in two groups.</summary>
    public async Task<IReadOnlyList<AlertGroup>> GroupAsync(AlertsFilter filter, CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        var found = await FindAsync(filter, cancellationToken);
        return
        [
            .. from one in found
               from destination in one.Alert.Destinations
               where filter.Receiver?.IsMatch(destination.Channel) != false
               group one by (destination.Channel, destination.Group) into grouped
               orderby grouped.Key.Channel, grouped.Key.Group
               select new AlertGroup(
                   [.. grouped.Select(one => one.Described)],
                   LabelsOf(grouped.Key.Group, grouped.First().Alert, ruleSet),
                   new(grouped.Key.Channel),
                   new Dictionary<string, string>()),
        ];
    }

    private async Task<IReadOnlyList<(Alert Alert, GettableAlert Described)>> FindAsync(
        AlertsFilter filter, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var ruleSet = await rules.GetAsync(cancellationToken);
        var active = await silences.GetActiveAsync(now, cancellationToken);
        var open = await alerts.ListAsync(cancellationToken).Where(alert => alert.IsOpen).ToListAsync(cancellationToken);
        var byDeployment = open.GroupBy(alert => alert.Key.DeploymentId, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<Alert>)[.. group], StringComparer.Ordinal);
        return
        [
            .. from alert in open
               let described = Describe(
                   alert, MutedBy.Find(alert, byDeployment[alert.Key.DeploymentId], active, ruleSet, now), now)
               where IsMeant(filter, described)
               orderby described.Fingerprint
               select (alert, described),
        ];
    }

    private static bool IsMeant(AlertsFilter filter, GettableAlert alert) =>
        (filter.Active || alert.Status.State != "active") &&
        (filter.Silenced || alert.Status.SilencedBy.Count == 0) &&
        (filter.Inhibited || alert.Status.InhibitedBy.Count == 0) &&
        (filter.Muted || alert.Status.MutedBy.Count == 0) &&
        (filter.Receiver is null || alert.Receivers.Any(receiver => filter.Receiver.IsMatch(receiver.Name))) &&
        filter.Matchers.All(matcher => matcher.Matches(alert.Labels));

    private static GettableAlert Describe(Alert alert, MutedBy muted, DateTimeOffset now) => new(
        AlertmanagerLabels.AnnotationsOf(alert),
        now + Ahead,
        AlertmanagerLabels.FingerprintOf(alert),
        [.. alert.Destinations.Select(destination => new Receiver(destination.Channel))],
        alert.Since,
        new(
            [.. muted.Alerts.Select(AlertmanagerLabels.FingerprintOf)], muted.Maintenance, [.. muted.Silences.Select(SilenceIds.ToUuid)],
            muted.IsMuted ? "suppressed" : "active"),
        alert.ChangedAt,
        alert.Deployment.Link?.AbsoluteUri ?? "",
        AlertmanagerLabels.Of(alert));

    /// <summary>The labels that a group is made by are those of the routes with which its name comes out.</summary>
    private Dictionary<string, string> LabelsOf(string group, Alert alert, RuleSet ruleSet)
    {
        var candidates = ruleSet.Routes.Select(route => route.GroupBy).OfType<IReadOnlyList<string>>()
            .Prepend(Router.DefaultLabels(routing.Value));
        var labels = candidates.FirstOrDefault(one => Router.GroupOf(alert, one) == group);
        return labels is null
            ? new() { ["group"] = group }
            : labels.ToDictionary(AlertmanagerLabels.NameOf, label => AlertLabels.Of(alert, label) ?? "", StringComparer.Ordinal);
    }
}
