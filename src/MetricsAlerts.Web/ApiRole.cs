namespace MetricsAlerts.Web;

/// <summary>What a caller of the API may do; each role may do what those before it may.</summary>
internal enum ApiRole
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Look.</summary>
    Reader,

    /// <summary>Silence, replay and drop.</summary>
    Operator,
}
