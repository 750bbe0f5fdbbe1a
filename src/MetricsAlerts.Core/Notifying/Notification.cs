using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;

namespace MetricsAlerts.Notifying;

/// <summary>One message to one channel about one or more transitions of a group.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Alerts">What happened, in order; at least one.</param>
/// <param name="Attempt">1 for the first delivery; a higher one may repeat a message that was taken but not recorded.</param>
public sealed record Notification(string Channel, IReadOnlyList<AlertMessage> Alerts, int Attempt)
{
    /// <summary>Derived from channel and transitions: the same for every attempt.</summary>
    public string Id { get; } = DerivedId.From([Channel, .. Alerts.Select(alert => alert.Transition.EventId)]);

    /// <summary>What the message says, the same on every channel.</summary>
    public NotificationContent Content { get; init; } = NotificationContent.Of(Alerts);
}
