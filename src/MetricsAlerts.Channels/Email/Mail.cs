using System.Net;
using System.Text;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Channels.Email;

/// <summary>A notification as a mail. All mails of one alert form one conversation.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Html">The body as HTML.</param>
/// <param name="Text">The body as text.</param>
/// <param name="IsUrgent">Whether something critical is open.</param>
/// <param name="MessageId">The mail's id, without brackets.</param>
/// <param name="Thread">The id of the conversation's root, without brackets.</param>
/// <param name="Chart">The last windows as PNG; null for a mail about several alerts.</param>
internal sealed record Mail(string Subject, string Html, string Text, bool IsUrgent, string MessageId, string Thread, byte[]? Chart)
{
    /// <summary>The name of the chart's attachment.</summary>
    public const string ChartName = "windows.png";

    private const string Domain = "metricsalerts";
    private const int MaxSubject = 200;

    public static Mail Render(Notification notification, IAlertChart chart)
    {
        var content = notification.Content;
        var alertIds = notification.Changes.Select(change => change.Alert.Key.Id).Distinct(StringComparer.Ordinal).ToList();
        return new(
            SubjectOf(content.Title), HtmlOf(content), TextOf(content), content is { IsOpen: true, Severity: Severity.Critical },
            $"{notification.Id}@{Domain}", $"{(alertIds.Count == 1 ? alertIds[0] : notification.Id)}@{Domain}",
            notification.Changes.Count == 1 ? chart.Draw(notification.Changes[0].Alert) : null);
    }

    /// <summary>A subject is one line: what would start another header becomes a space.</summary>
    private static string SubjectOf(string title) =>
        Texts.Cut(string.Concat(title.Select(character => char.IsControl(character) ? ' ' : character)), MaxSubject);

    private static string TextOf(NotificationContent content)
    {
        var text = new StringBuilder().AppendLine(content.Title).AppendLine().AppendLine(content.Summary);
        if (content.Description is { } description)
            text.AppendLine(description);
        foreach (var item in content.Items)
            text.AppendLine().AppendLine(item.Title).AppendLine(item.Summary).AppendLine(item.Sparkline);
        text.AppendLine().AppendLine(content.Sparkline).AppendLine();
        foreach (var (name, value) in content.Facts)
            text.Append(name).Append(": ").AppendLine(value);
        foreach (var (title, address) in content.Links)
            text.Append(title).Append(": ").AppendLine(address.AbsoluteUri);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string HtmlOf(NotificationContent content)
    {
        var html = new StringBuilder("<div style=\"font-family:Segoe UI,Helvetica,Arial,sans-serif;max-width:640px\">")
            .Append($"<h2 style=\"color:#fff;background:{ColourOf(content)};padding:12px;margin:0\">{Encode(content.Title)}</h2>")
            .Append($"<p>{Encode(content.Summary)}</p>");
        if (content.Description is { } description)
            html.Append($"<p style=\"color:#605e5c\">{Encode(description)}</p>");
        foreach (var item in content.Items)
            html.Append(
                $"<p style=\"border-left:4px solid " +
                $"{ColourOf(item)};padding-left:8px\"><b>{Encode(item.Title)}</b><br>{Encode(item.Summary)}<br><span " +
                $"style=\"font-family:monospace\">{Encode(item.Sparkline)}</span></p>");
        html.Append($"<pre style=\"font-size:18px;margin:0\">{Encode(content.Sparkline)}</pre><table style=\"border-collapse:collapse\">");
        foreach (var (name, value) in content.Facts)
            html.Append($"<tr><th style=\"text-align:left;padding:2px 12px 2px 0\">{Encode(name)}</th><td>{Encode(value)}</td></tr>");
        html.Append("</table><p>");
        foreach (var (title, address) in content.Links)
            html.Append($"<a href=\"{Encode(address.AbsoluteUri)}\">{Encode(title)}</a> ");
        return html.Append("</p></div>").ToString();
    }

    private static string ColourOf(NotificationContent content) =>
        !content.IsOpen ? "#107c10" : content.Severity == Severity.Critical ? "#a4262c" : "#8a6116";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
