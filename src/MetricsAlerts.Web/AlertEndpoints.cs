using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>What is open, who was notified, and who was not and why; and what happened.</summary>
internal static class AlertEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/alerts", ListAsync);
        api.MapGet("/history", HistoryAsync);
    }

    private static async Task<IResult> ListAsync(
        HttpRequest request, AlertStore alerts, DeliveryStates deliveries, CancellationToken cancellationToken)
    {
        var found = new JsonArray();
        await foreach (var alert in alerts.ListAsync(cancellationToken))
        {
            if (!alert.IsOpen && request.Query["all"] != "true")
                continue;
            var described = Describe(alert);
            described["notified"] = new JsonArray([.. (await deliveries.ListAsync(alert, cancellationToken)).Select(Describe)]);
            found.Add(described);
        }

        return Json(found);
    }

    /// <summary>The history of a day, today's by default: every change of an alert and every message about one.</summary>
    private static async Task<IResult> HistoryAsync(
        HttpRequest request, HistoryStore history, TimeProvider time, CancellationToken cancellationToken)
    {
        var day = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (request.Query["day"].ToString() is { Length: > 0 } asked && !DateOnly.TryParseExact(asked, "yyyy-MM-dd", out day))
            return Results.Problem(
                $"day: found '{asked}'; expected a date such as 2026-01-05.", statusCode: StatusCodes.Status400BadRequest);
        var found = new JsonArray();
        await foreach (var entry in history.ListAsync(day, cancellationToken))
        {
            found.Add(new JsonObject
            {
                ["at"] = Timestamps.Format(entry.At),
                ["what"] = entry.What,
                ["why"] = entry.Why,
                ["channel"] = entry.Channel.Length > 0 ? entry.Channel : null,
                ["alert"] = Describe(entry.Alert),
            });
        }

        return Json(found);
    }

    private static JsonObject Describe(Alert alert)
    {
        var described = JsonSerializer.SerializeToNode(alert, AlertJson.Compact.Alert)!.AsObject();
        described["id"] = alert.Key.Id;
        described["reason"] = new AlertChange(alert, Change.None).Reason;
        return described;
    }

    private static JsonNode Describe(DeliveryState delivery) => new JsonObject
    {
        ["channel"] = delivery.Channel,
        ["group"] = delivery.Group,
        ["lastWord"] = delivery.LastWord == Change.None ? null : delivery.LastWord.ToString(),
        ["at"] = delivery.At is { } at ? Timestamps.Format(at) : null,
        ["pending"] = delivery.Pending == Change.None ? null : delivery.Pending.ToString(),
        ["heldBy"] = delivery.Held.Length > 0 ? delivery.Held : null,
        ["problem"] = delivery.Problem.Length > 0 ? delivery.Problem : null,
    };

    private static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(AlertJson.Compact.Options), "application/json");
}
