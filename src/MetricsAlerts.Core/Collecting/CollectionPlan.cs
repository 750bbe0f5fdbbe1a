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
        foreach (var rule in rules.Enabled.Select(compiled => compiled.Rule).Where(rule => rule.Deployments.Matches(deployment)))
        {
            IEnumerable<string> metrics = rule.Metric.IsPattern ? offered.Where(rule.Metric.Matches) : [rule.Metric.Text];
            foreach (var metric in metrics.Concat(rule.When.OtherMetrics))
            {
                var name = new SeriesName(metric, rule.Bucket);
                if (!planned.TryGetValue(name, out var selectors))
                    planned[name] = selectors = [];
                if (!selectors.Contains(rule.Instances))
                    selectors.Add(rule.Instances);
            }
        }

        return new([.. planned.Select(pair => new PlannedSeries(pair.Key, pair.Value))]);
    }

    /// <summary>The series to read of one instance.</summary>
    public IEnumerable<SeriesName> Of(string instance) => Series.Where(series => series.Includes(instance)).Select(series => series.Name);
}

/// <summary>A series to read, of the instances that any of the selectors means.</summary>
public sealed record PlannedSeries(SeriesName Name, IReadOnlyList<InstanceSelector> Instances)
{
    /// <summary>Whether the series is to be read of this instance.</summary>
    public bool Includes(string instance) => Instances.Any(selector => selector.Matches(instance));
}
