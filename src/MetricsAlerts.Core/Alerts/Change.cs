using System.Text.Json;

namespace MetricsAlerts.Alerts;

/// <summary>What a reader is told of an alert: the difference between what is so and what the reader believes.</summary>
public enum Change : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The alert is open.</summary>
    Fired,

    /// <summary>Warning became critical.</summary>
    Escalated,

    /// <summary>Critical became warning.</summary>
    Deescalated,

    /// <summary>The alert is still open after <c>remindEvery</c>.</summary>
    Reminded,

    /// <summary>The alert is over.</summary>
    Resolved,

    /// <summary>The source has no values, and the rule asks to be notified of that.</summary>
    NoData,

    /// <summary>Values are back after <see cref="NoData"/>.</summary>
    DataBack,
}

/// <summary>A change as one reader is told of it.</summary>
/// <param name="Alert">What is so.</param>
/// <param name="Change">What is new for the reader.</param>
public sealed record AlertChange(Alert Alert, Change Change)
{
    /// <summary>Why, as one readable word with its numbers: <c>Breaching(0.7, 0.85)</c>, <c>recovered</c>.</summary>
    public string Reason =>
        Alert.IsOpen ? Alert.Evidence.Reason.ToString() : JsonNamingPolicy.CamelCase.ConvertName(Alert.ResolvedBecause.ToString());
}
