using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Routing;

/// <summary>
/// Who should know of an alert: the channels that its rule names, and those of the routes that match. A pure function of rules and alert.
/// </summary>
public sealed class Router(RuleSet rules, RoutingOptions options)
{
    /// <summary>Where today's rules send the alert; channels that are not there are left out and named.</summary>
    public Routed Route(Alert alert)
    {
        var routed = new Draft(rules, alert, options);
        foreach (var channel in alert.Rule.Notify)
            routed.Add(channel, route: null);
        foreach (var route in rules.Routes)
        {
            if (!route.Match.Matches(alert) || (route.IsDefault && routed.Destinations.Count > 0))
                continue;
            foreach (var channel in route.Notify)
                routed.Add(channel, route);
            if (!route.Continue)
                break;
        }

        return new(routed.Destinations, routed.Missing);
    }

    /// <summary>
    /// Where an open alert goes, given where its row says that it went before: an alert keeps its group on a channel, so that no
    /// channel hears of it in two groups; a channel that is no longer routed to goes on being notified of the episode that it heard
    /// of.
    /// </summary>
    /// <param name="alert">The alert as it is now.</param>
    /// <param name="before">Where the alert went before.</param>
    /// <param name="isSameEpisode">Whether that was of the same episode.</param>
    public Routed Route(Alert alert, IReadOnlyList<Destination> before, bool isSameEpisode)
    {
        var today = Route(alert);
        var destinations = new List<Destination>(today.Destinations.Count);
        foreach (var destination in today.Destinations)
        {
            var known = before.FirstOrDefault(one => one.Channel == destination.Channel);
            destinations.Add(known is null ? destination : destination with { Group = known.Group });
        }

        if (isSameEpisode)
            destinations.AddRange(
                before.Where(
                    one => !destinations.Exists(other => other.Channel == one.Channel)).Select(one => one with { IsRouted = false }));
        return today with { Destinations = destinations };
    }

    /// <summary>The name of the group that an alert belongs to when groups are made by these labels.</summary>
    public static string GroupOf(Alert alert, IReadOnlyList<string> labels) =>
        string.Join(", ", labels.Select(label => $"{label}={AlertLabels.Of(alert, label)}"));

    /// <summary>The labels that groups are made by where no route says otherwise.</summary>
    public static IReadOnlyList<string> DefaultLabels(RoutingOptions options) => options.GroupLabels;

    private sealed class Draft(RuleSet rules, Alert alert, RoutingOptions options)
    {
        public List<Destination> Destinations { get; } = [];

        public List<string> Missing { get; } = [];

        public void Add(string channel, RouteDefinition? route)
        {
            if (Destinations.Exists(known => known.Channel == channel) || Missing.Contains(channel))
                return;
            if (!rules.Channels.ContainsKey(channel))
            {
                Missing.Add(channel);
                return;
            }

            var labels = route?.GroupBy ?? options.GroupLabels;
            Destinations.Add(new(channel, GroupOf(alert, labels))
            {
                Wait = route?.GroupWait ?? options.GroupWait,
                Interval = route?.GroupInterval ?? options.GroupInterval,
            });
        }
    }
}

/// <summary>Where an alert goes.</summary>
/// <param name="Destinations">The destinations.</param>
/// <param name="MissingChannels">Channels that rule or routes name and that are not there.</param>
public sealed record Routed(IReadOnlyList<Destination> Destinations, IReadOnlyList<string> MissingChannels);
