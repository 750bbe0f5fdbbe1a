using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Channels.Teams;

/// <summary>
/// Renders a notification as the message that a Workflows webhook posts. Adaptive Card 1.4 is the newest that every Teams tenant
/// renders.
/// </summary>
internal static class TeamsMessage
{
    /// <summary>Teams refuses messages over about 28 KB.</summary>
    public const int MaxBytes = 28 * 1024;

    private const string CardVersion = "1.4";

    /// <summary>Characters beyond ASCII as themselves: escaped they would count six bytes each.</summary>
    private static readonly JsonSerializerOptions Utf8 = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The longest texts that a full card may have; they shrink until the message fits.</summary>
    private static readonly int[] TextLimits = [2000, 500, 120];

    public static byte[] Render(NotificationContent content, IReadOnlyList<string> mentions)
    {
        IReadOnlyList<string> mentioned = content is { IsOpen: true, Severity: Severity.Critical } ? mentions : [];
        foreach (var limit in TextLimits)
        {
            var message = JsonSerializer.SerializeToUtf8Bytes(Message(content, limit, mentioned), Utf8);
            if (message.Length <= MaxBytes)
                return message;
        }

        var least = content with
        {
            Description = null,
            Chart = null,
            Items = [.. content.Items.Take(3)],
            Facts = [.. content.Facts.Take(6)],
            Links = [.. content.Links.Where(link => link.Address.ToString().Length < 1000)],
        };
        return JsonSerializer.SerializeToUtf8Bytes(Message(least, TextLimits[^1], []), Utf8);
    }

    private static JsonObject Message(NotificationContent content, int limit, IReadOnlyList<string> mentions) => new()
    {
        ["type"] = "message",
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.card.adaptive",
            ["contentUrl"] = null,
            ["content"] = Card(content, limit, mentions),
        }),
    };

    private static JsonObject Card(NotificationContent content, int limit, IReadOnlyList<string> mentions)
    {
        var body = new JsonArray(
            new JsonObject
            {
                ["type"] = "Container",
                ["style"] = !content.IsOpen ? "good" : content.Severity == Severity.Critical ? "attention" : "warning",
                ["bleed"] = true,
                ["items"] = new JsonArray(
                    Text(TeamsText.Escape(content.Title, limit), ("size", "Large"), ("weight", "Bolder")),
                    Text(TeamsText.Escape(content.Summary, limit))),
            });
        if (content.Description is { } description)
            body.Add(Text(TeamsText.Escape(description, limit), ("isSubtle", true)));
        foreach (var item in content.Items)
            body.Add(Item(item, limit));
        if (mentions.Count > 0)
            body.Add(Text(string.Join(' ', mentions.Select(Mention))));
        body.Add(new JsonObject
        {
            ["type"] = "FactSet",
            ["facts"] = new JsonArray(
                [
                    .. content.Facts.Select(
                        fact =>
                            new JsonObject
                            {
                                ["title"] = TeamsText.Escape(fact.Name, limit),
                                ["value"] = TeamsText.Escape(fact.Value, limit),
                            })
                ]),
        });
        if (content.Sparkline.Length > 0)
            body.Add(Text(content.Sparkline, ("fontType", "Monospace"), ("size", "Medium")));

        if (content.Chart is { } chart)
            body.Add(new JsonObject { ["type"] = "Image", ["url"] = chart.AbsoluteUri, ["altText"] = "The last windows" });
        return new()
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = CardVersion,
            ["fallbackText"] = TeamsText.Escape(content.Title, limit),
            ["msteams"] = Teams(mentions),
            ["body"] = body,
            ["actions"] = new JsonArray(
                [
                    .. content.Links.Select(
                        link =>
                            new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = link.Title, ["url"] = link.Address.AbsoluteUri })
                ]),
        };
    }

    private static JsonObject Item(NotificationContent item, int limit) => new()
    {
        ["type"] = "Container",
        ["style"] = !item.IsOpen ? "good" : item.Severity == Severity.Critical ? "attention" : "warning",
        ["items"] = new JsonArray(
            Text(TeamsText.Escape(item.Title, limit), ("weight", "Bolder")),
            Text($"{TeamsText.Escape(item.Summary, limit)} {item.Sparkline}", ("spacing", "None"))),
    };

    private static string Mention(string user) => $"<at>{TeamsText.Escape(user, 100)}</at>";

    private static JsonObject Teams(IReadOnlyList<string> mentions)
    {
        var teams = new JsonObject { ["width"] = "Full" };
        if (mentions.Count > 0)
        {
            teams["entities"] = new JsonArray([.. mentions.Select(user => (JsonNode)new JsonObject
            {
                ["type"] = "mention", ["text"] = Mention(user), ["mentioned"] = new JsonObject { ["id"] = user, ["name"] = user },
            })]);
        }

        return teams;
    }

    private static JsonObject Text(string text, params ReadOnlySpan<(string Name, JsonNode Value)> properties)
    {
        var block = new JsonObject { ["type"] = "TextBlock", ["text"] = text, ["wrap"] = true };
        foreach (var (name, value) in properties)
            block[name] = value;
        return block;
    }
}
