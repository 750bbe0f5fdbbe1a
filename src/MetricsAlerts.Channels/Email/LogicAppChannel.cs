using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Channels.Email;

/// <summary>
/// Mail through an HTTP-triggered workflow, such as a Logic App, that takes recipients, subject and both bodies as JSON and sends
/// the mail.
/// </summary>
internal sealed class LogicAppChannel(WebhookSender sender, ChannelDefinition definition, IAlertChart chart) : IChannel
{
    public TimeSpan Pace => TimeSpan.Zero;

    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken) =>
        sender.PostAsync(notification, Body(Mail.Render(notification, chart), definition.To), cancellationToken);

    public static byte[] Body(Mail mail, IReadOnlyList<string> recipients) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["to"] = new JsonArray([.. recipients.Select(recipient => JsonValue.Create(recipient))]),
        ["subject"] = mail.Subject,
        ["html"] = mail.Html,
        ["text"] = mail.Text,
        ["importance"] = mail.IsUrgent ? "high" : "normal",
        ["messageId"] = $"<{mail.MessageId}>",
        ["inReplyTo"] = $"<{mail.Thread}>",
        ["attachments"] = mail.Chart is null
            ? new JsonArray()
            : new JsonArray(
                new JsonObject
                {
                    ["name"] = Mail.ChartName,
                    ["contentType"] = "image/png",
                    ["contentBase64"] = Convert.ToBase64String(mail.Chart),
                }),
    });
}
