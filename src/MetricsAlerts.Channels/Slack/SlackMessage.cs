using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Channels.Slack;

/// <summary>
/// Renders a notification in Block Kit, within Slack's limits: 50 blocks, 3,000 characters in a text, 150 in a header, 10 fields in
/// a section.
/// </summary>
internal static class SlackMessage
{
    private const int MaxText = 700;
    private const int MaxHeader = 140;
    private const int MaxFields = 10;

    private static readonly JsonSerializerOptions Utf8 = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Render(NotificationContent content, IReadOnlyList<string> mentions)
    {
        var blocks = new JsonArray(
            new JsonObject
            {
                ["type"] = "header",
                ["text"] = new JsonObject
                {
                    ["type"] = "plain_text",
                    ["text"] = Texts.Cut($"{Sign(content)} {content.Title}", MaxHeader),
                    ["emoji"] = true,
                },
            },
            Section($"{Mentions(content, mentions)}{SlackText.Escape(content.Summary, MaxText)}"));
        if (content.Description is { } description)
            blocks.Add(Section($"_{SlackText.Escape(description, MaxText)}_"));
        foreach (var item in content.Items)
            blocks.Add(Section($"{Sign(item)} *{SlackText.Escape(item.Title, MaxText)}*\n{SlackText.Escape(item.Summary, MaxText)} " +
                $"`{item.Sparkline}`"));
        foreach (var facts in content.Facts.Chunk(MaxFields))
        {
            blocks.Add(new JsonObject
            {
                ["type"] = "section",
                ["fields"] = new JsonArray(
                    [
                        .. facts.Select(
                            fact =>
                                (JsonNode)Markdown($"*{SlackText.Escape(fact.Name, MaxText)}*\n{SlackText.Escape(fact.Value, MaxText)}"))
                    ]),
            });
        }

        if (content.Sparkline.Length > 0)
            blocks.Add(Section($"`{content.Sparkline}`"));
        if (content.Chart is { } chart)
            blocks.Add(new JsonObject { ["type"] = "image", ["image_url"] = chart.AbsoluteUri, ["alt_text"] = "The last windows" });
        if (content.Links.Count > 0)
            blocks.Add(Section(string.Join("  ·  ", content.Links.Select(Link))));
        return JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["text"] = SlackText.Escape(content.Title, MaxText), ["blocks"] = blocks }, Utf8);
    }

    private static string Link((string Title, Uri Address) link) =>
        $"<{link.Address.AbsoluteUri.Replace("|", "%7C", StringComparison.Ordinal)}|{SlackText.Escape(link.Title, MaxText)}>";

    private static string Sign(NotificationContent content) =>
        !content.IsOpen ? "✅" : content.Severity == Severity.Critical ? "🔴" : "🟠";

    private static string Mentions(NotificationContent content, IReadOnlyList<string> mentions) =>
        content is { IsOpen: true, Severity: Severity.Critical } && mentions.Count > 0
            ? string.Concat(mentions.Select(member => $"<@{member}> "))
            : "";

    private static JsonObject Section(string markdown) => new() { ["type"] = "section", ["text"] = Markdown(markdown) };

    private static JsonObject Markdown(string text) => new() { ["type"] = "mrkdwn", ["text"] = text };
}
