namespace MetricsAlerts.Alerts;

/// <summary>What happened to an alert.</summary>
public enum Transition : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The alert opened.</summary>
    Fired,

    /// <summary>Warning became critical.</summary>
    Escalated,

    /// <summary>Critical became warning.</summary>
    Deescalated,

    /// <summary>The alert is still open after <c>remindEvery</c>.</summary>
    Reminded,

    /// <summary>The alert is over.</summary>
    Resolved,

    /// <summary>The source has no values, and the rule asks to be told.</summary>
    NoData,

    /// <summary>Values are back after <see cref="NoData"/>.</summary>
    DataBack,
}
