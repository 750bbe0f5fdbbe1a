using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Routing;

/// <summary>Which channels hear of a transition, and in which group: those that the rule names, and those of the routes.</summary>
internal sealed class Router(RuleSet rules, NotifyOptions options)
{
    /// <summary>Where an alert that is told for the first time, or has become worse, goes.</summary>
    public IReadOnlyList<Destination> Route(AlertMessage alert)
    {
        var destinations = new List<Destination>();
        foreach (var channel in alert.Rule.Notify)
            Add(destinations, channel, alert, route: null);
        foreach (var route in rules.Routes)
        {
            if (!route.Match.Matches(alert) || (route.IsDefault && destinations.Count > 0))
                continue;
            foreach (var channel in route.Notify)
                Add(destinations, channel, alert, route);
            if (!route.Continue)
                break;
        }

        return destinations;
    }

    private void Add(List<Destination> destinations, string channel, AlertMessage alert, RouteDefinition? route)
    {
        if (destinations.Exists(known => known.Channel == channel))
            return;
        var labels = route?.GroupBy ?? options.GroupBy;
        destinations.Add(new(channel, string.Join(", ", labels.Select(label => $"{label}={AlertLabels.Of(alert, label)}")))
        {
            Wait = route?.GroupWait ?? options.GroupWait,
            Interval = route?.GroupInterval ?? options.GroupInterval,
        });
    }
}
