using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Webhook;

/// <summary>Renders a notification as a CloudEvent 1.0 in structured JSON.</summary>
internal static class CloudEvent
{
    public const string MediaType = "application/cloudevents+json";

    private const string TypePrefix = "com.metricsalerts.alert.";

    public static byte[] Render(Notification notification)
    {
        var first = notification.Changes[0];
        var key = first.Alert.Key;
        var isOne = notification.Changes.Count == 1;
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = notification.Id,
            ["type"] = TypePrefix + (isOne ? first.Change.ToString().ToLowerInvariant() : "group"),
            ["source"] = "/metricsalerts",
            ["subject"] = isOne ? $"{key.DeploymentId}/{key.Instance}/{key.Metric}" : notification.Channel,
            ["time"] = Timestamps.Format(notification.Changes.Max(change => change.Alert.Evidence.WindowEnd)),
            ["datacontenttype"] = "application/json",
            ["data"] = new JsonObject
            {
                ["title"] = notification.Content.Title,
                ["summary"] = notification.Content.Summary,
                ["facts"] = new JsonArray(
                    [
                        .. notification.Content.Facts.Select(
                            fact => (JsonNode)new JsonObject { ["name"] = fact.Name, ["value"] = fact.Value })
                    ]),
                ["links"] = new JsonArray(
                    [
                        .. notification.Content.Links.Select(
                            link => (JsonNode)new JsonObject { ["title"] = link.Title, ["url"] = link.Address.AbsoluteUri })
                    ]),
                ["changes"] = new JsonArray(
                    [.. notification.Changes.Select(change => JsonSerializer.SerializeToNode(change, AlertJson.Default.AlertChange))]),
            },
        });
    }
}
