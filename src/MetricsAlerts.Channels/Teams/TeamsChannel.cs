using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Teams;

/// <summary>
/// A Microsoft Teams channel behind a Workflows webhook: a message with one Adaptive Card. More than four requests a second are
/// throttled.
/// </summary>
internal sealed class TeamsChannel(WebhookSender sender, IReadOnlyList<string> mentions) : IChannel
{
    public TimeSpan Pace { get; } = TimeSpan.FromMilliseconds(250);

    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken) =>
        sender.PostAsync(notification, TeamsMessage.Render(notification.Content, mentions), cancellationToken);
}
