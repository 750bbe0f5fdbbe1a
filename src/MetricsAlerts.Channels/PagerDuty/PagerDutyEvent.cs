using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Channels.PagerDuty;

/// <summary>Renders a transition as an event of PagerDuty's Events API v2: an alert is an incident, its id the key that removes repetitions.</summary>
internal static class PagerDutyEvent
{
    private const int MaxSummary = 1024;

    public static byte[] Render(AlertMessage alert, NotificationContent content, string routingKey)
    {
        var transition = alert.Transition;
        var message = new JsonObject
        {
            ["routing_key"] = routingKey,
            ["event_action"] = transition.IsOpen ? "trigger" : "resolve",
            ["dedup_key"] = transition.AlertId,
        };
        if (!transition.IsOpen)
            return JsonSerializer.SerializeToUtf8Bytes(message);

        message["client"] = "MetricsAlerts";
        message["payload"] = new JsonObject
        {
            ["summary"] = Texts.Cut($"{content.Title}. {content.Summary}", MaxSummary),
            ["source"] = $"{alert.Deployment.Label}/{transition.Instance}",
            ["severity"] = transition.Severity == Severity.Critical ? "critical" : "warning",
            ["timestamp"] = Timestamps.Format(transition.WindowEnd),
            ["component"] = transition.Metric,
            ["group"] = alert.Deployment.Label,
            ["class"] = transition.Rule,
            ["custom_details"] = new JsonObject([
                .. content.Facts.Select(fact => KeyValuePair.Create(fact.Name, (JsonNode?)fact.Value)), KeyValuePair.Create("Last windows", (JsonNode?)content.Sparkline)]),
        };
        message["links"] = new JsonArray([.. content.Links.Select(link => (JsonNode)new JsonObject { ["href"] = link.Address.AbsoluteUri, ["text"] = link.Title })]);
        if (content.Chart is { Scheme: "https" } chart)
            message["images"] = new JsonArray(new JsonObject { ["src"] = chart.AbsoluteUri, ["alt"] = "The last windows" });
        return JsonSerializer.SerializeToUtf8Bytes(message);
    }
}
