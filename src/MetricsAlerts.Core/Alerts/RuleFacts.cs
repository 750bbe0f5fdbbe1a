using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Alerts;

/// <summary>What a message says of the rule.</summary>
public sealed record RuleFacts
{
    /// <summary>The rule's name.</summary>
    public required string Name { get; init; }

    /// <summary>The team's words.</summary>
    public string? Description { get; init; }

    /// <summary>The condition in words, such as <c>below 0.85 (warning), 0.8 (critical) for 3 windows</c>.</summary>
    public required string Condition { get; init; }

    /// <summary>The key of the condition, such as <c>below</c> or <c>missingFor</c>.</summary>
    public string ConditionKind { get; init; } = "";

    /// <summary>The threshold of the alert's severity; null when the condition has none that is a number.</summary>
    public double? Threshold { get; init; }

    /// <summary>The metric's unit.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What routes match on.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it is written down what to do.</summary>
    public Uri? Runbook { get; init; }

    /// <summary>The channels that the rule names.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];

    /// <summary>How long after the last word an open alert is said again; null for never.</summary>
    public TimeSpan? RemindEvery { get; init; }

    /// <summary>The rule's fingerprint: another one means that the rule's evaluation was changed.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>Puts a rule into words.</summary>
    /// <param name="compiled">The rule.</param>
    /// <param name="metric">The metric that it watches.</param>
    /// <param name="severity">The alert's severity, which decides the threshold.</param>
    public static RuleFacts From(CompiledRule compiled, string metric, Severity severity)
    {
        var rule = compiled.Rule;
        var thresholds = rule.When.Thresholds(rule.Severity).ToList();
        return new()
        {
            Name = rule.Name,
            Description = rule.Description,
            Condition = Describe(rule),
            ConditionKind = rule.When.ToYaml().TrimStart('{', ' ').Split(':')[0],
            Threshold = thresholds.Where(threshold => threshold.Level <= severity)
                .Select(threshold => (double?)threshold.Value).LastOrDefault()
                ?? thresholds.Select(threshold => (double?)threshold.Value).FirstOrDefault(),
            Unit = MetricCatalogue.Find(metric).Unit,
            Labels = rule.Labels,
            Runbook = rule.Runbook,
            Notify = rule.Notify,
            RemindEvery = rule.RemindEvery,
            Fingerprint = compiled.Fingerprint,
        };
    }

    /// <inheritdoc/>
    public bool Equals(RuleFacts? other) =>
        other is not null &&
            Name == other.Name &&
            Description == other.Description &&
            Condition == other.Condition &&
            ConditionKind == other.ConditionKind &&
        Threshold == other.Threshold && Unit == other.Unit && Runbook == other.Runbook && RemindEvery == other.RemindEvery &&
        Fingerprint == other.Fingerprint && Notify.SequenceEqual(other.Notify) &&
        Labels.Count == other.Labels.Count && Labels.All(label => other.Labels.GetValueOrDefault(label.Key) == label.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Fingerprint);

    private static string Describe(Rule rule)
    {
        var text = rule.When.ToYaml()
            .Trim('{', '}', ' ').Replace("{ ", "", StringComparison.Ordinal).Replace(" }", "", StringComparison.Ordinal);
        if (rule.For != ForClause.OneWindow)
            text += rule.For is ForClause.Lasting ? $" for {rule.For}" : $" for {rule.For} of {Durations.Format(rule.Bucket)}";
        if (rule.Confidence > 0)
            text += $" at {Percentages.Format(rule.Confidence)} confidence";
        return text;
    }
}
