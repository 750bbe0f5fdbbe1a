namespace MetricsAlerts.Evaluating;

/// <summary>The state of one rule on one series.</summary>
public enum AlertPhase : byte
{
    /// <summary>Nothing is wrong.</summary>
    Inactive,

    /// <summary>Windows breach, but not yet for as long as the rule's patience asks.</summary>
    Pending,

    /// <summary>The alert is open.</summary>
    Firing,

    /// <summary>The alert is open, and windows have recovered, but not yet for as long as the rule asks.</summary>
    Recovering,
}
