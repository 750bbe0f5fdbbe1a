namespace MetricsAlerts.Alerts;

/// <summary>Why an alert resolved.</summary>
public enum ResolveReason : byte
{
    /// <summary>Windows recovered for as long as the rule asks.</summary>
    Recovered,

    /// <summary>Late values show that it should never have fired.</summary>
    Revised,

    /// <summary>The rule was changed and no longer holds.</summary>
    RuleChanged,

    /// <summary>The rule was removed, or no longer matches the series.</summary>
    RuleRemoved,

    /// <summary>The rule was disabled.</summary>
    RuleDisabled,

    /// <summary>The deployment has another model.</summary>
    ModelReplaced,

    /// <summary>The deployment is no longer there.</summary>
    DeploymentGone,
}
