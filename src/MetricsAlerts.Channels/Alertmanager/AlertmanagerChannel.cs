using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Alertmanager;

/// <summary>
/// An Alertmanager that a team already has. It forgets an alert at its <c>endsAt</c>, so Notify sends it again while it is open; a
/// repetition changes nothing there.
/// </summary>
/// <param name="sender">Posts to <c>/api/v2/alerts</c>.</param>
/// <param name="token">The bearer token; null when none is asked for.</param>
/// <param name="endsAfter">How long after a post Alertmanager takes the alert for over.</param>
/// <param name="time">The clock.</param>
internal sealed class AlertmanagerChannel(WebhookSender sender, string? token, TimeSpan endsAfter, TimeProvider time) : IChannel
{
    public TimeSpan Pace => TimeSpan.Zero;

    /// <summary>As many as Prometheus posts at once.</summary>
    public int MaxChanges => 256;

    /// <summary>The address to post to, from Alertmanager's own, with or without a slash at its end.</summary>
    public static Uri AddressOf(Uri alertmanager) => new($"{alertmanager.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v2/alerts");

    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken) => sender.PostAsync(
        notification,
        PostableAlerts.Render(notification.Changes, time.GetUtcNow(), endsAfter),
        cancellationToken,
        headers: token is null ? [] : [("Authorization", $"Bearer {token}")]);
}
