namespace MetricsAlerts.Alerts;

/// <summary>Why an alert resolved.</summary>
public enum ResolveReason : byte
{
    /// <summary>It is open.</summary>
    None,

    /// <summary>Windows recovered for as long as the rule asks.</summary>
    Recovered,

    /// <summary>Late values show that it should never have fired.</summary>
    Revised,

    /// <summary>The rule was changed and no longer holds.</summary>
    RuleChanged,

    /// <summary>The rule was removed.</summary>
    RuleRemoved,

    /// <summary>The rule was disabled.</summary>
    RuleDisabled,

    /// <summary>The stored rule cannot be read any more.</summary>
    RuleUnreadable,

    /// <summary>The rule no longer selects the series.</summary>
    NoLongerSelected,

    /// <summary>The deployment has another model.</summary>
    ModelReplaced,

    /// <summary>The prediction server host is no longer there.</summary>
    InstanceGone,

    /// <summary>The deployment no longer has the metric.</summary>
    MetricGone,

    /// <summary>The deployment is no longer there.</summary>
    DeploymentGone,
}
