using System.Text.Encodings.Web;
using System.Text.Json;
using MetricsAlerts.Channels.Alertmanager;
using MetricsAlerts.Channels.Email;
using MetricsAlerts.Channels.PagerDuty;
using MetricsAlerts.Channels.Slack;
using MetricsAlerts.Channels.Teams;
using MetricsAlerts.Channels.Webhook;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Channels;

/// <summary>What a channel would be sent, with nothing sent and no secret shown.</summary>
public sealed class ChannelPreview(IAlertChart chart)
{
    private const string Hidden = "(secret)";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The payload: indented JSON, or the mail itself for a mail server.</summary>
    public byte[] Render(ChannelDefinition definition, Notification notification) => (definition.Type, definition.Format) switch
    {
        ("teams", _) => Indent(TeamsMessage.Render(notification.Content, definition.Mention)),
        ("email", "sendgrid") => Indent(SendGridChannel.Body(Mail.Render(notification, chart), definition)),
        ("email", "smtp") => Write(Mail.Render(notification, chart), definition),
        ("email", _) => Indent(LogicAppChannel.Body(Mail.Render(notification, chart), definition.To)),
        ("alertmanager", _) => Indent(
            PostableAlerts.Render(notification.Changes, Now(notification), 4 * definition.RepeatEvery!.Value)),
        ("slack", _) => Indent(SlackMessage.Render(notification.Content, definition.Mention)),
        ("pagerduty", _) => Indent(PagerDutyEvent.Render(notification.Changes[0].Alert, notification.Content, Hidden)),
        _ => Indent(CloudEvent.Render(notification)),
    };

    /// <summary>A preview of what happened then is the same whenever it is looked at.</summary>
    private static DateTimeOffset Now(Notification notification) =>
        notification.Changes.Max(change => change.Alert.Evidence.WindowEnd);

    private static byte[] Indent(byte[] json) => JsonSerializer.SerializeToUtf8Bytes(JsonDocument.Parse(json).RootElement, Readable);

    private static byte[] Write(Mail mail, ChannelDefinition definition)
    {
        using var message = SmtpChannel.Compose(mail, definition);
        using var text = new MemoryStream();
        message.WriteTo(text);
        return text.ToArray();
    }
}
