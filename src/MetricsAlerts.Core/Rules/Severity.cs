namespace MetricsAlerts.Rules;

/// <summary>How bad an alert is; also the level of a condition.</summary>
public enum Severity : byte
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Look at it in working hours.</summary>
    Warning,

    /// <summary>Act now.</summary>
    Critical,
}
