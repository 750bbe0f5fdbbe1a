using MetricsAlerts.Alerts;

namespace MetricsAlerts.Notifying;

/// <summary>One message to one channel about the changes of one group.</summary>
/// <param name="Id">The same for every attempt.</param>
/// <param name="Channel">The channel's name.</param>
/// <param name="Group">The group's key.</param>
/// <param name="Attempt">1 for the first try; a higher one may repeat a message that was taken but not recorded.</param>
/// <param name="Changes">What is new, worst first; at least one.</param>
public sealed record Notification(string Id, string Channel, string Group, int Attempt, IReadOnlyList<AlertChange> Changes)
{
    /// <summary>What the message says, the same on every channel.</summary>
    public required NotificationContent Content { get; init; }
}
