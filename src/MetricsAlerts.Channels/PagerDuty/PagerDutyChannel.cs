using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.PagerDuty;

/// <summary>PagerDuty: an event per message. A repetition is harmless, the key of an alert stays the same.</summary>
internal sealed class PagerDutyChannel(WebhookSender sender, string routingKey) : IChannel
{
    public static readonly Uri Address = new("https://events.pagerduty.com/v2/enqueue");

    public TimeSpan Pace => TimeSpan.Zero;

    /// <summary>An event is about one incident: the failure of one must not hold up or repeat the others.</summary>
    public int MaxChanges => 1;

    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken) =>
        sender.PostAsync(
            notification, PagerDutyEvent.Render(notification.Changes[0].Alert, notification.Content, routingKey), cancellationToken);
}
