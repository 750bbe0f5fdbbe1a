using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Yaml;

namespace MetricsAlerts.Viewing;

/// <summary>A rule, what it watches and whom it notifies.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Series">The series that it matches.</param>
/// <param name="Alerts">Its alerts, open ones and those that closed of late, the newest first.</param>
/// <param name="Routed">Where alerts of what it matches would go; of a rule that matches nothing, those of any deployment.</param>
public sealed record RuleView(
    Rule Rule, IReadOnlyList<(DeploymentView Deployment, SeriesView Series, WatchView Watch)> Series, IReadOnlyList<Alert> Alerts,
    Routed Routed)
{
    /// <summary>Of how many series the route is looked up: those of a rule mostly go the same way.</summary>
    private const int MostRouted = 50;

    /// <summary>Whether it is on, and no series is there that it could watch.</summary>
    public bool MatchesNothing => Rule.Enabled && Series.Count == 0;

    /// <summary>Whether nobody would hear of it.</summary>
    public bool NotifiesNobody => Rule.Enabled && Routed.Destinations.Count == 0;

    /// <summary>How many of its series are in this state.</summary>
    public int Count(SeriesStanding standing) => Series.Count(one => one.Watch.Standing == standing);

    /// <summary>When it fired last, as far as alerts are kept; null when it did not.</summary>
    public DateTimeOffset? LastFired => Alerts.Count > 0 ? Alerts.Max(alert => alert.Since) : null;

    /// <summary>The rule in the notation of the rule file.</summary>
    public string Yaml => string.Concat(
        RuleFields.Of(Rule).Select((pair, index) => $"{(index == 0 ? "- " : "  ")}{pair.Key}: {pair.Value}\n"));

    /// <summary>Every rule, in the order of the names.</summary>
    public static IReadOnlyList<RuleView> Of(Fleet fleet, RoutingOptions options)
    {
        var series = (from deployment in fleet.Deployments
                      from one in deployment.Series
                      from watch in one.Watches
                      select (Deployment: deployment, Series: one, Watch: watch)).ToLookup(one => one.Watch.Rule, StringComparer.Ordinal);
        var alerts = fleet.Open.Concat(fleet.Closed).ToLookup(alert => alert.Key.Rule, StringComparer.Ordinal);
        var router = new Router(fleet.Rules, options);
        return [.. fleet.Rules.Rules.OrderBy(rule => rule.Name, StringComparer.Ordinal)
            .Select(rule => new RuleView(
                rule, [.. series[rule.Name]], [.. alerts[rule.Name].OrderByDescending(alert => alert.Since)],
                RouteOf(router, rule, [.. series[rule.Name]])))];
    }

    private static Routed RouteOf(
        Router router, Rule rule, IReadOnlyList<(DeploymentView Deployment, SeriesView Series, WatchView Watch)> series)
    {
        var compiled = new CompiledRule(rule);
        var drafts = series.Take(MostRouted)
            .Select(one => Draft(compiled, one.Deployment.Deployment, one.Series.Instance, one.Series.Name.Metric))
            .DefaultIfEmpty(Draft(compiled, new("", ""), Instances.All, rule.Metric.Text));
        var routes = drafts.SelectMany(draft => new[] { Severity.Warning, Severity.Critical }
            .Select(severity => router.Route(draft with { Severity = severity }))).ToList();
        return new(
            [.. routes.SelectMany(route => route.Destinations).DistinctBy(destination => destination.Channel)],
            [.. routes.SelectMany(route => route.MissingChannels).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>An alert as the rule would raise it.</summary>
    private static Alert Draft(CompiledRule rule, Deployment deployment, string instance, string metric) => new()
    {
        Key = new(rule.Rule.Name, deployment.Id, instance, metric, rule.Rule.Bucket),
        IsOpen = true,
        Severity = rule.LowestLevel,
        Since = default,
        Evidence = new() { WindowStart = default, WindowEnd = default },
        Deployment = deployment,
        Rule = RuleFacts.From(rule, metric, rule.LowestLevel),
    };
}
