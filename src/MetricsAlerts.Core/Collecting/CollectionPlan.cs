using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Collecting;

/// <summary>
/// Which series of a deployment to read: those that an enabled rule can match, and those that its condition looks at besides.
/// </summary>
public sealed record CollectionPlan(IReadOnlyList<PlannedSeries> Series)
{
    /// <summary>Whether any rule is for the deployment.</summary>
    public bool IsEmpty => Series.Count == 0;

    /// <summary>Whether the series is read of this instance.</summary>
    public bool Wants(string instance, SeriesName series) => Series.Any(planned => planned.Name == series && planned.Includes(instance));

    /// <summary>The families of metrics of which a rule wants prediction server hosts told apart.</summary>
    public IReadOnlyCollection<MetricFamily> FamiliesOfHosts =>
    [
        .. Series.Where(series => series.Definition.HasInstances && series.Instances.Any(selector => selector.IncludesHosts))
            .Select(series => series.Definition.Family).Distinct(),
    ];

    /// <summary>The patterns among the metrics that rules for the deployment name.</summary>
    public static IReadOnlyList<Glob> PatternsFor(Deployment deployment, RuleSet rules) =>
        [.. rules.Enabled
            .Select(compiled => compiled.Rule)
            .Where(rule => rule.Metric.IsPattern && rule.Deployments.Matches(deployment))
            .Select(rule => rule.Metric)
            .Distinct()];

    /// <summary>Works out the plan.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="offered">The metrics that the source has for the deployment; rules with a glob choose among them.</param>
    public static CollectionPlan For(Deployment deployment, RuleSet rules, IReadOnlyList<string> offered)
    {
        var planned = new Dictionary<SeriesName, Draft>();
        foreach (var compiled in rules.Enabled.Where(compiled => compiled.Rule.Deployments.Matches(deployment)))
        {
            var rule = compiled.Rule;
            IEnumerable<string> metrics = rule.Metric.IsPattern ? offered.Where(rule.Metric.Matches) : [rule.Metric.Text];
            foreach (var metric in metrics.Concat(rule.When.OtherMetrics))
            {
                var name = new SeriesName(metric, rule.Bucket);
                if (!planned.TryGetValue(name, out var draft))
                    planned[name] = draft = new();
                draft.Add(compiled);
            }
        }

        return new([.. planned
            .Select(pair => pair.Value.ToSeries(pair.Key))
            .Where(series => series.Definition.Family != MetricFamily.Pipeline)]);
    }

    /// <summary>The series to read of one instance.</summary>
    public IEnumerable<PlannedSeries> Of(string instance) => Series.Where(series => series.Includes(instance));

    private sealed class Draft
    {
        private readonly List<InstanceSelector> _instances = [];
        private bool _withCompleteness;
        private int _windows = 1;

        public void Add(CompiledRule rule)
        {
            _withCompleteness |= rule.Rule.Complete > 0;
            _windows = Math.Max(_windows, rule.ForWindows + Math.Max(rule.ContextWindows, rule.Rule.When.FirstWindows(rule.Rule.Bucket)));
            if (!_instances.Contains(rule.Rule.Instances))
                _instances.Add(rule.Rule.Instances);
        }

        public PlannedSeries ToSeries(SeriesName name) =>
            new(name, MetricCatalogue.Find(name.Metric), _instances, _withCompleteness, _windows);
    }
}

/// <summary>A series to read, of the instances that any of the selectors means.</summary>
/// <param name="Name">The series.</param>
/// <param name="Definition">What is known about its metric.</param>
/// <param name="Instances">The instances.</param>
/// <param name="WithCompleteness">Whether a rule asks how complete the actuals of its windows are.</param>
/// <param name="Windows">The longest history that any rule needs: what a first collection reads.</param>
public sealed record PlannedSeries(
    SeriesName Name, MetricDefinition Definition, IReadOnlyList<InstanceSelector> Instances, bool WithCompleteness, int Windows)
{
    /// <summary>Whether the series is to be read of this instance.</summary>
    public bool Includes(string instance) =>
        (Definition.HasInstances || instance == Metrics.Instances.All) && Instances.Any(selector => selector.Matches(instance));
}
