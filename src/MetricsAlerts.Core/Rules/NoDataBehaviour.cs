
namespace MetricsAlerts.Rules;

/// <summary>What a window without a value means to a rule.</summary>
public enum NoDataBehaviour : byte
{
    /// <summary>Nothing: the alert stays as it is.</summary>
    Keep,

    /// <summary>It counts as good.</summary>
    Ok,

    /// <summary>It is worth an alert of its own, after the rule's patience.</summary>
    Alert,
}
