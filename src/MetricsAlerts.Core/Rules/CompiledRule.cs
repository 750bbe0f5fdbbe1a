using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules.Statistics;

namespace MetricsAlerts.Rules;

/// <summary>A rule with everything that evaluation needs worked out once.</summary>
public sealed class CompiledRule
{
    /// <summary>The most windows that a rule can look back: five weeks of hours, so that an hour of the week has been seen several times.</summary>
    public const int MaxContextWindows = 840;

    /// <summary>Works it out.</summary>
    public CompiledRule(Rule rule)
    {
        Rule = rule;
        ContextWindows = Math.Min(rule.When.Reach(rule.Bucket), MaxContextWindows);
        LowestLevel = rule.When.LowestLevel(rule.Severity);
        ZScore = rule.Confidence > 0 ? WilsonInterval.ZScore(rule.Confidence) : 0;
        ForWindows = Math.Max(rule.For.Reach(rule.Bucket), rule.RecoverAfter.Reach(rule.Bucket));
        Fingerprint = DerivedId.From(
            rule.When.ToYaml(), rule.For.ToString(), rule.RecoverAfter.ToString(), rule.Severity.ToString(), Numbers.Format(rule.MinSamples),
            Numbers.Format(rule.Confidence), Numbers.Format(rule.Complete), rule.NoData.ToString(), rule.RemindEvery?.ToString() ?? "");
    }

    /// <summary>The rule as it was written.</summary>
    public Rule Rule { get; }

    /// <summary>Windows before the judged one that its condition looks at.</summary>
    public int ContextWindows { get; }

    /// <summary>The mildest level it can fire at.</summary>
    public Severity LowestLevel { get; }

    /// <summary>The normal quantile of its confidence; 0 when the value alone decides.</summary>
    public double ZScore { get; }

    /// <summary>Windows that its patience looks at.</summary>
    public int ForWindows { get; }

    /// <summary>Changes when the rule's evaluation does: the history is then evaluated anew.</summary>
    public string Fingerprint { get; }

    /// <summary>Whether the rule is for this series.</summary>
    public bool Matches(Deployment deployment, string instance, SeriesName series) =>
        series.Bucket == Rule.Bucket && Rule.Metric.Matches(series.Metric) && Rule.Instances.Matches(instance) && Rule.Deployments.Matches(deployment);
}
