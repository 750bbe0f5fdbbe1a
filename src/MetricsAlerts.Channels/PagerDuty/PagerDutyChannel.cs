using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.PagerDuty;

/// <summary>PagerDuty: one event for each transition, in order. A repetition after a failure in between is harmless, the key of an alert stays the same.</summary>
internal sealed class PagerDutyChannel(WebhookSender sender, string routingKey) : IChannel
{
    public static readonly Uri Address = new("https://events.pagerduty.com/v2/enqueue");

    public TimeSpan Pace => TimeSpan.Zero;

    public async Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken)
    {
        // Of an alert only the last word counts: an incident that is over need not be opened first.
        var taken = false;
        foreach (var alert in notification.Alerts.GroupBy(alert => alert.Transition.AlertId).Select(transitions => transitions.Last()))
        {
            var content = notification.Alerts.Count == 1 ? notification.Content : NotificationContent.Of(alert);
            var result = await sender.PostAsync(notification, PagerDutyEvent.Render(alert, content, routingKey), cancellationToken);
            if (result is not DeliveryResult.Delivered)
                return result is DeliveryResult.Deferred deferred
                    ? deferred with { MayHaveArrived = deferred.MayHaveArrived || taken }
                    : result;
            taken = true;
        }

        return new DeliveryResult.Delivered();
    }
}
