using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Channels.Alertmanager;

/// <summary>
/// Renders changes as Alertmanager's API takes alerts. Labels tell alerts apart there, and the severity is one of them: when it changes,
/// the alert of the other severity is ended in the same post. What it does not know, it lets pass.
/// </summary>
internal static class PostableAlerts
{
    /// <summary>The body.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="now">When it is posted.</param>
    /// <param name="endsAfter">How long after that an open alert is over, if nothing more is heard of it.</param>
    public static byte[] Render(IReadOnlyList<AlertChange> changes, DateTimeOffset now, TimeSpan endsAfter)
    {
        var alerts = new JsonArray();
        foreach (var (alert, change) in changes)
        {
            if (alert.IsOpen)
                alerts.Add(Render(alert, now + endsAfter));
            else
                alerts.Add(Render(alert, End(alert, now)));
            if (change != Change.Reminded)
                alerts.Add(Render(alert with { Severity = Other(alert.Severity) }, End(alert, now)));
        }

        return JsonSerializer.SerializeToUtf8Bytes(alerts);
    }

    private static JsonNode Render(Alert alert, DateTimeOffset endsAt)
    {
        var rendered = new JsonObject
        {
            ["labels"] = Pairs(AlertmanagerLabels.Of(alert).Where(label => label.Value.Length > 0)),
            ["annotations"] = Pairs(AlertmanagerLabels.AnnotationsOf(alert)),
            ["startsAt"] = Timestamps.Format(alert.Since),
            ["endsAt"] = Timestamps.Format(endsAt),
        };
        if (alert.Deployment.Link is { } link)
            rendered["generatorURL"] = link.AbsoluteUri;
        return rendered;
    }

    private static JsonObject Pairs(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new(pairs.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    private static Severity Other(Severity severity) => severity == Severity.Critical ? Severity.Warning : Severity.Critical;

    /// <summary>What ends before it begins is refused.</summary>
    private static DateTimeOffset End(Alert alert, DateTimeOffset now) => now > alert.Since ? now : alert.Since.AddSeconds(1);
}
