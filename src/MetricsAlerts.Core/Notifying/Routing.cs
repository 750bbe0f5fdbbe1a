using MetricsAlerts.Evaluating;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying;

/// <summary>Which channels hear of a transition: those that the rule names, and those of every route that matches.</summary>
internal static class Routing
{
    public static IReadOnlyList<string> ChannelsFor(AlertMessage alert, IReadOnlyList<RouteDefinition> routes) =>
        [.. alert.Rule.Notify.Concat(routes.Where(route => Matches(route, alert)).SelectMany(route => route.Notify)).Distinct(StringComparer.Ordinal)];

    private static bool Matches(RouteDefinition route, AlertMessage alert) =>
        route.Match.All(match => Label(alert, match.Key) is { } value && match.Value.Matches(value));

    private static string? Label(AlertMessage alert, string key) => key switch
    {
        "severity" => alert.Transition.Severity.ToString().ToLowerInvariant(),
        "rule" => alert.Transition.Rule,
        "deployment" => alert.Deployment.Label,
        "instance" => alert.Transition.Instance,
        "metric" => alert.Transition.Metric,
        _ => alert.Rule.Labels.GetValueOrDefault(key),
    };
}
