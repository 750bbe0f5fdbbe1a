using System.Text.Json.Serialization;

namespace MetricsAlerts.Alerts;

/// <summary>Where an alert goes: a channel, and the group of alerts that share its messages there.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Group">The group's key: the values of the labels that its alerts have in common.</param>
public sealed record Destination(string Channel, string Group)
{
    /// <summary>How long the group's first unsaid change waits for others.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The shortest time between two messages of the group.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Whether today's rules send the alert there; false where only an earlier state of the episode was sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool IsRouted { get; init; } = true;
}
