using MetricsAlerts.Metrics;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Viewing.Explaining;

/// <summary>
/// Says why a rule fires on a deployment or does not: does it select it, is there anything to look at, what does it find window by window,
/// and who hears of it. Of what the pipeline keeps: nobody else is asked.
/// </summary>
public sealed class RuleExplainer(
    RuleStore rules, FleetReader fleet, AlertStandings standings, TickReports ticks, IOptions<RoutingOptions> routing)
{
    /// <summary>The explanation.</summary>
    public async Task<RuleExplanation> ExplainAsync(ExplainQuery query, CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        if (ruleSet.Find(query.Rule) is not { } rule)
            return Nothing(NoRule(query.Rule, ruleSet));
        if (!rule.Enabled)
            return Nothing($"The rule '{rule.Name}' is disabled: it is not evaluated.");
        var all = await fleet.ReadAsync(cancellationToken);
        var meant = all.Deployments.Where(one => one.Deployment.Id == query.Deployment).ToList();
        if (meant.Count == 0)
            meant = [.. all.Deployments.Where(one => one.Deployment.Label.Equals(query.Deployment, StringComparison.OrdinalIgnoreCase))];
        if (meant.Count != 1)
            return Nothing(NoDeployment(query.Deployment, meant, all));
        var deployment = meant[0].Deployment;
        if (Selection.WhyNot(rule, deployment) is { } why)
            return new($"The rule '{rule.Name}' does not select {deployment.Label}: {why}.", deployment, []);

        var view = await fleet.FindAsync(deployment.Id, instance: null, cancellationToken) ?? meant[0];
        var compiled = ruleSet.FindEnabled(rule.Name)!;
        var series = view.Series.Where(one => compiled.Matches(deployment, one.Instance, one.Name) &&
            (query.Instance ?? one.Instance) == one.Instance && (query.Metric ?? one.Name.Metric) == one.Name.Metric).ToList();
        if (series.Count == 0)
            return new(NoSeries(query, rule, view, await RemarksAsync(deployment, cancellationToken)), deployment, []);
        var explained = new List<SeriesExplanation>();
        var muted = await standings.MutedAsync(all, cancellationToken);
        var routed = RuleView.Of(all, routing.Value).First(one => one.Rule.Name == rule.Name).Routed;
        foreach (var one in series)
        {
            var found = Judge(compiled, one, view, query.At);
            explained.Add(query.At is null ? await WithPeopleAsync(found, rule, view, muted, routed, cancellationToken) : found);
        }

        return new(explained.Count == 1 ? explained[0].Conclusion : Count(explained), deployment, explained);
    }

    private static RuleExplanation Nothing(string why) => new(why, null, []);

    private static SeriesExplanation Judge(CompiledRule rule, SeriesView series, DeploymentView view, DateTimeOffset? at)
    {
        var ofInstance = view.Series.Where(other => other.Instance == series.Instance).ToList();
        IReadOnlyList<JudgedWindow> windows =
            [.. JudgedSeries.Judge(rule, series, ofInstance).Where(window => at is null || window.Window.End <= at)];
        return new(series.Instance, series.Name, ExplainWords.Of(rule.Rule, windows), windows);
    }

    private async Task<SeriesExplanation> WithPeopleAsync(
        SeriesExplanation found, Rule rule, DeploymentView view, IReadOnlyDictionary<string, MutedView> muted, Routed routed,
        CancellationToken cancellationToken)
    {
        var alert = view.Alerts.FirstOrDefault(alert => alert.IsOpen && alert.Key.Rule == rule.Name &&
            alert.Key.Instance == found.Instance && alert.Key.Metric == found.Name.Metric && alert.Key.Bucket == found.Name.Bucket);
        if (alert is null)
            return found with { Notified = [NotifiedWords.Of(routed)] };
        var deliveries = (await standings.NotifiedAsync([alert], cancellationToken))[0];
        return found with
        {
            Alert = alert,
            Deliveries = deliveries,
            Notified = NotifiedWords.Of(alert, deliveries, muted.GetValueOrDefault(alert.Key.Id)),
        };
    }

    /// <summary>What the last tick had to say of the deployment.</summary>
    private async Task<IReadOnlyList<string>> RemarksAsync(Deployment deployment, CancellationToken cancellationToken) =>
        await ticks.LoadAsync(cancellationToken) is not { } tick ? ["nothing has been collected yet."]
        : [.. from remark in tick.Report.Failures.Concat(tick.Report.Notes) where remark.DeploymentId == deployment.Id select remark.Text];

    private static string NoRule(string name, RuleSet ruleSet) => ruleSet.Unreadable.Contains(name)
        ? $"The stored rule '{name}' cannot be read; apply the rule file again."
        : $"There is no rule '{name}'.{Meant(name, ruleSet.Rules.Select(rule => rule.Name))}";

    private static string NoDeployment(string name, IReadOnlyList<DeploymentView> found, Fleet all) => found.Count > 1
        ? $"{found.Count} deployments are called '{name}'; name one by its id: {string.Join(", ", found.Select(one => one.Deployment.Id))}."
        : $"Nothing is known of a deployment '{name}': DataRobot does not list it, no rule selects it, or nothing has been collected yet." +
            Meant(name, all.Deployments.SelectMany(one => new[] { one.Deployment.Label, one.Deployment.Id }));

    private static string NoSeries(ExplainQuery query, Rule rule, DeploymentView view, IReadOnlyList<string> remarks)
    {
        var label = view.Deployment.Label;
        if (query.Metric is { } metric && !rule.Metric.Matches(metric))
            return $"The rule '{rule.Name}' is for the metric '{rule.Metric.Text}', not for '{metric}'.";
        if (query.Instance is { } instance && !rule.Instances.Matches(instance))
            return $"The rule '{rule.Name}' is for the instances {rule.Instances.ToYaml()}, not for '{instance}'.";
        var ofMetric = view.Series.Where(one => rule.Metric.Matches(one.Name.Metric)).ToList();
        if (ofMetric.Count > 0 && ofMetric.TrueForAll(one => one.Name.Bucket != rule.Bucket))
            return $"The rule '{rule.Name}' does not look at what is there of '{rule.Metric.Text}' on {label}: " +
                $"{Selection.WhyNot(rule, view.Deployment, ofMetric[0].Instance, ofMetric[0].Name)}.{Said(remarks)}";
        if (ofMetric.Count > 0)
        {
            var asked = query.Instance is { } one ? $"'{one}'" : rule.Instances.ToYaml();
            var there = ofMetric.Select(other => other.Instance).Distinct().Order(StringComparer.Ordinal);
            return $"No window of '{rule.Metric.Text}' has been read of {asked} on {label}; there is {string.Join(", ", there)}.{Said(remarks)}";
        }

        var names = MetricCatalogue.Known.Select(known => known.Name).Concat(view.Series.Select(one => one.Name.Metric));
        var meant = rule.Metric.IsPattern ? "" : Meant(rule.Metric.Text, names);
        return $"No window of '{rule.Metric.Text}' has been read of {label}.{meant}{Said(remarks)}";
    }

    private static string Said(IReadOnlyList<string> remarks) =>
        remarks.Count == 0 ? "" : $" The last tick says: {string.Join(' ', remarks)}";

    private static string Meant(string name, IEnumerable<string> names) =>
        NearestName.Of(name, names.Where(known => known != name)) is { } near ? $" Did you mean '{near}'?" : "";

    private static string Count(IReadOnlyList<SeriesExplanation> series)
    {
        var counts = series.GroupBy(one => ExplainWords.StandingOf(one.Windows)).OrderByDescending(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key switch
            {
                SeriesStanding.Critical => "critical",
                SeriesStanding.Warning => "warning",
                SeriesStanding.Pending => "pending",
                _ => "fine",
            }}");
        return $"The rule looks at {series.Count} series: {string.Join(", ", counts)}.";
    }
}
