using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>What is open, who was told, or why nobody was.</summary>
internal static class AlertEndpoints
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/alerts", ListAsync);

    private static async Task<IResult> ListAsync(HttpRequest request, AlertStore alerts, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        await foreach (var record in alerts.ListAsync(cancellationToken))
        {
            if (!record.IsOpen && request.Query["all"] != "true")
                continue;
            var alert = JsonSerializer.SerializeToNode(record.Last, AlertJson.Default.AlertMessage)!.AsObject();
            alert["told"] = JsonSerializer.SerializeToNode(record.Told.Select(destination => destination.Channel));
            alert["suppressedBy"] = record.SuppressedBy.Length > 0 ? record.SuppressedBy : null;
            found.Add(alert.ToJsonString());
        }

        return Results.Text($"[{string.Join(",", found)}]", "application/json");
    }
}
