using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Alerts;

/// <summary>The message from Evaluate to Notify: a transition with all that a notification says, so that nothing needs to be looked up.</summary>
/// <param name="Transition">What happened.</param>
/// <param name="Deployment">Where.</param>
/// <param name="Rule">Which rule, in words.</param>
public sealed record AlertMessage(AlertTransition Transition, Deployment Deployment, RuleFacts Rule)
{
    /// <summary>The schema name and version of the message.</summary>
    public const string SchemaName = "alert/1";

    /// <summary>The message's schema; readers accept the same major version.</summary>
    public string Schema { get; init; } = SchemaName;
}

/// <summary>What a notification says of the rule.</summary>
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

    /// <summary>The threshold of the transition's severity; null when the condition has none that is a number.</summary>
    public double? Threshold { get; init; }

    /// <summary>The metric's unit.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What routes match on.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it is written down what to do.</summary>
    public Uri? Runbook { get; init; }

    /// <summary>The channels that the rule names.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];
}
