using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Collecting;

/// <summary>Which series of a deployment to read: those that an enabled rule can match, and those that its condition looks at besides.</summary>
public sealed record CollectionPlan(IReadOnlyList<PlannedSeries> Series)
{
    /// <summary>Whether any rule is for the deployment.</summary>
    public bool IsEmpty => Series.Count == 0;

    /// <summary>Whether prediction server hosts must be told apart.</summary>
    public bool NeedsHosts => Series.Any(series => series.Instances.Any(selector => selector.IncludesHosts));

    /// <summary>Works out the plan.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="offered">The metrics that the source has for the deployment; rules with a glob choose among them.</param>
    public static CollectionPlan For(Deployment deployment, RuleSet rules, IReadOnlyList<string> offered)
    {
        var planned = new Dictionary<SeriesName, List<InstanceSelector>>();
        var withCompleteness = new HashSet<SeriesName>();
        foreach (var rule in rules.Enabled.Select(compiled => compiled.Rule).Where(rule => rule.Deployments.Matches(deployment)))
        {
            IEnumerable<string> metrics = rule.Metric.IsPattern ? offered.Where(rule.Metric.Matches) : [rule.Metric.Text];
            foreach (var metric in metrics.Concat(rule.When.OtherMetrics))
            {
                var name = new SeriesName(metric, rule.Bucket);
                if (!planned.TryGetValue(name, out var selectors))
                    planned[name] = selectors = [];
                if (rule.Complete > 0)
                    withCompleteness.Add(name);
                if (!selectors.Contains(rule.Instances))
                    selectors.Add(rule.Instances);
            }
        }

        return new([.. planned.Select(pair => new PlannedSeries(pair.Key, pair.Value, withCompleteness.Contains(pair.Key)))]);
    }

    /// <summary>The series to read of one instance.</summary>
    public IEnumerable<PlannedSeries> Of(string instance) => Series.Where(series => series.Includes(instance));
}

/// <summary>A series to read, of the instances that any of the selectors means.</summary>
/// <param name="Name">The series.</param>
/// <param name="Instances">The instances.</param>
/// <param name="WithCompleteness">Whether a rule asks how complete the actuals of its windows are.</param>
public sealed record PlannedSeries(SeriesName Name, IReadOnlyList<InstanceSelector> Instances, bool WithCompleteness)
{
    /// <summary>Whether the series is to be read of this instance.</summary>
    public bool Includes(string instance) => Instances.Any(selector => selector.Matches(instance));
}
