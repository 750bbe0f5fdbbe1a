using MetricsAlerts.Rules;

namespace MetricsAlerts.Evaluating;

/// <summary>All that is kept of one rule on one series.</summary>
internal sealed class RuleState(string rule)
{
    /// <summary>The rule's name.</summary>
    public string Rule { get; } = rule;

    /// <summary>The rule's fingerprint when it was last evaluated; empty before that.</summary>
    public string Fingerprint { get; set; } = "";

    /// <summary>The state before the oldest window that can still be revised.</summary>
    public AlertState Base;

    /// <summary>The state after the newest window.</summary>
    public AlertState Current;
}
