using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Slack;

/// <summary>A Slack channel behind an incoming webhook.</summary>
internal sealed class SlackChannel(WebhookSender sender, IReadOnlyList<string> mentions) : IChannel
{
    public TimeSpan Pace { get; } = TimeSpan.FromSeconds(1);

    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken) =>
        sender.PostAsync(notification, SlackMessage.Render(notification.Content, mentions), cancellationToken);
}
