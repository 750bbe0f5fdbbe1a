using MetricsAlerts.Evaluating;
using MetricsAlerts.Formats;

namespace MetricsAlerts.Notifying;

/// <summary>One message to one channel about one transition.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Alert">What happened.</param>
/// <param name="Attempt">1 for the first delivery; a higher one may repeat a message that was taken but not recorded.</param>
public sealed record Notification(string Channel, AlertMessage Alert, int Attempt)
{
    /// <summary>Derived from channel and transition: the same for every attempt.</summary>
    public string Id { get; } = DerivedId.From(Channel, Alert.Transition.EventId);

    /// <summary>What the message says, the same on every channel.</summary>
    public NotificationContent Content { get; } = NotificationContent.Of(Alert);
}
