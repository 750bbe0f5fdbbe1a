using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Email;

/// <summary>Mail through an HTTP-triggered workflow, such as a Logic App, that takes recipients, subject and both bodies as JSON and sends the mail.</summary>
internal sealed class EmailChannel(WebhookSender sender, IReadOnlyList<string> recipients) : IChannel
{
    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken) =>
        sender.PostAsync(notification, EmailMessage.Render(notification, recipients), cancellationToken);
}
