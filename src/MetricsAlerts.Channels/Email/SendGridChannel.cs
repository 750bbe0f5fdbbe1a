using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Channels.Email;

/// <summary>Mail through SendGrid's mail-send API.</summary>
internal sealed class SendGridChannel(WebhookSender sender, ChannelDefinition definition, string apiKey, IAlertChart chart) : IChannel
{
    public static readonly Uri Address = new("https://api.sendgrid.com/v3/mail/send");

    public TimeSpan Pace => TimeSpan.Zero;

    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken) =>
        sender.PostAsync(
            notification,
            Body(Mail.Render(notification, chart), definition),
            cancellationToken,
            "application/json",
            ("Authorization", $"Bearer {apiKey}"));

    public static byte[] Body(Mail mail, ChannelDefinition definition)
    {
        var body = new JsonObject
        {
            ["personalizations"] = new JsonArray(
                new JsonObject
                {
                    ["to"] = new JsonArray([.. definition.To.Select(recipient => (JsonNode)new JsonObject { ["email"] = recipient })]),
                }),
            ["from"] = new JsonObject { ["email"] = definition.From },
            ["subject"] = mail.Subject,
            ["content"] = new JsonArray(
                new JsonObject { ["type"] = "text/plain", ["value"] = mail.Text },
                new JsonObject { ["type"] = "text/html", ["value"] = mail.Html }),
            ["headers"] = new JsonObject
            {
                ["In-Reply-To"] = $"<{mail.Thread}>",
                ["References"] = $"<{mail.Thread}>",
                ["X-Priority"] = mail.IsUrgent ? "1" : "3",
            },
        };
        if (mail.Chart is { } png)
            body["attachments"] = new JsonArray(
                new JsonObject { ["content"] = Convert.ToBase64String(png), ["type"] = "image/png", ["filename"] = Mail.ChartName });
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }
}
