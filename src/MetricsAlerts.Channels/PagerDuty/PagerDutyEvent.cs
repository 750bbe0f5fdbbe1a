using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Channels.PagerDuty;

/// <summary>
/// Renders a change as an event of PagerDuty's Events API v2: an alert is an incident, the id of its key removes repetitions.
/// </summary>
internal static class PagerDutyEvent
{
    private const int MaxSummary = 1024;

    public static byte[] Render(Alert alert, NotificationContent content, string routingKey)
    {
        var message = new JsonObject
        {
            ["routing_key"] = routingKey,
            ["event_action"] = alert.IsOpen ? "trigger" : "resolve",
            ["dedup_key"] = alert.Key.Id,
        };
        if (!alert.IsOpen)
            return JsonSerializer.SerializeToUtf8Bytes(message);

        message["client"] = "MetricsAlerts";
        message["payload"] = new JsonObject
        {
            ["summary"] = Texts.Cut($"{content.Title}. {content.Summary}", MaxSummary),
            ["source"] = $"{alert.Deployment.Label}/{alert.Key.Instance}",
            ["severity"] = alert.Severity == Severity.Critical ? "critical" : "warning",
            ["timestamp"] = Timestamps.Format(alert.Evidence.WindowEnd),
            ["component"] = alert.Key.Metric,
            ["group"] = alert.Deployment.Label,
            ["class"] = alert.Key.Rule,
            ["custom_details"] = new JsonObject([
                .. content.Facts.Select(fact => KeyValuePair.Create(fact.Name, (JsonNode?)fact.Value)),
                KeyValuePair.Create("Last windows", (JsonNode?)content.Sparkline)]),
        };
        message["links"] = new JsonArray(
            [.. content.Links.Select(link => (JsonNode)new JsonObject { ["href"] = link.Address.AbsoluteUri, ["text"] = link.Title })]);
        if (content.Chart is { Scheme: "https" } chart)
            message["images"] = new JsonArray(new JsonObject { ["src"] = chart.AbsoluteUri, ["alt"] = "The last windows" });
        return JsonSerializer.SerializeToUtf8Bytes(message);
    }
}
