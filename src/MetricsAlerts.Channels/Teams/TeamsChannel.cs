using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Teams;

/// <summary>A Microsoft Teams channel behind a Workflows webhook: a message with one Adaptive Card.</summary>
internal sealed class TeamsChannel(WebhookSender sender) : IChannel
{
    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken) =>
        sender.PostAsync(notification, TeamsMessage.Render(notification.Content), cancellationToken);
}
