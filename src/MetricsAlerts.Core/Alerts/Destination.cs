namespace MetricsAlerts.Alerts;

/// <summary>Where an alert goes: a channel, and the group of alerts that share its messages there.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Group">The group's key: the values of the labels that its alerts have in common.</param>
public sealed record Destination(string Channel, string Group)
{
    /// <summary>How long the group's first alert waits for others.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The shortest time between two messages of the group.</summary>
    public TimeSpan Interval { get; init; }
}
