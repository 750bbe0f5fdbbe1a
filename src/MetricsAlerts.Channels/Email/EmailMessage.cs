using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Email;

/// <summary>Renders a notification as a mail. All mails of one alert form one conversation.</summary>
internal static class EmailMessage
{
    private const string Domain = "metricsalerts";
    private const int MaxSubject = 200;

    public static byte[] Render(Notification notification, IReadOnlyList<string> recipients)
    {
        var content = notification.Content;
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["to"] = new JsonArray([.. recipients.Select(recipient => JsonValue.Create(recipient))]),
            ["subject"] = Subject(content.Title),
            ["html"] = Html(content),
            ["text"] = Text(content),
            ["importance"] = content.IsOpen && content.Severity == Severity.Critical ? "high" : "normal",
            ["messageId"] = $"<{notification.Id}@{Domain}>",
            ["inReplyTo"] = $"<{notification.Alert.Transition.AlertId}@{Domain}>",
        });
    }

    /// <summary>A subject is one line: what would start another header becomes a space.</summary>
    private static string Subject(string title)
    {
        var line = string.Concat(title.Select(character => char.IsControl(character) ? ' ' : character));
        return line.Length <= MaxSubject ? line : line[..(MaxSubject - 1)] + "…";
    }

    private static string Text(NotificationContent content)
    {
        var text = new StringBuilder().AppendLine(content.Title).AppendLine().AppendLine(content.Summary);
        if (content.Description is { } description)
            text.AppendLine(description);
        text.AppendLine().AppendLine(content.Sparkline).AppendLine();
        foreach (var (name, value) in content.Facts)
            text.Append(name).Append(": ").AppendLine(value);
        foreach (var (title, address) in content.Links)
            text.Append(title).Append(": ").AppendLine(address.AbsoluteUri);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Html(NotificationContent content)
    {
        var colour = !content.IsOpen ? "#107c10" : content.Severity == Severity.Critical ? "#a4262c" : "#8a6116";
        var html = new StringBuilder("<div style=\"font-family:Segoe UI,Helvetica,Arial,sans-serif;max-width:640px\">")
            .Append($"<h2 style=\"color:#fff;background:{colour};padding:12px;margin:0\">{Encode(content.Title)}</h2>")
            .Append($"<p>{Encode(content.Summary)}</p>");
        if (content.Description is { } description)
            html.Append($"<p style=\"color:#605e5c\">{Encode(description)}</p>");
        html.Append($"<pre style=\"font-size:18px;margin:0\">{Encode(content.Sparkline)}</pre><table style=\"border-collapse:collapse\">");
        foreach (var (name, value) in content.Facts)
            html.Append($"<tr><th style=\"text-align:left;padding:2px 12px 2px 0\">{Encode(name)}</th><td>{Encode(value)}</td></tr>");
        html.Append("</table><p>");
        foreach (var (title, address) in content.Links)
            html.Append($"<a href=\"{Encode(address.AbsoluteUri)}\">{Encode(title)}</a> ");
        return html.Append("</p></div>").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
