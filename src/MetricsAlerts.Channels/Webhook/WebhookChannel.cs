using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Webhook;

/// <summary>Any receiver of CloudEvents, signed; <c>webhook-id</c> is the key by which it recognizes a repetition.</summary>
internal sealed class WebhookChannel(WebhookSender sender, string secrets, TimeProvider time) : IChannel
{
    public TimeSpan Pace => TimeSpan.Zero;

    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken)
    {
        var body = CloudEvent.Render(notification);
        return sender.PostAsync(
            notification,
            body,
            cancellationToken,
            CloudEvent.MediaType,
            StandardWebhookSignature.Headers(notification.Id, time.GetUtcNow(), body, secrets));
    }
}
