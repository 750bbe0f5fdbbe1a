using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Deployments, their settings, and prediction servers.</summary>
internal static class DeploymentEndpoints
{
    public static ApiResponse List(ApiRequest request)
    {
        var there = request.World.Deployments.Where(one => request.World.Find(one.Deployment.Id, request.Now) is not null);
        var found = DeploymentOrder.Sort(there.Where(DeploymentFilter.Of(request)), request.Text("orderBy")!, request.Now);
        return ApiResponse.Ok(
            request.Page(
                found.Count,
                (offset, limit) =>
                    found.Skip(offset).Take(limit).Select(statistics => (JsonNode?)DeploymentShape.Of(statistics, request.Now))));
    }

    public static ApiResponse One(ApiRequest request) => ApiResponse.Ok(DeploymentShape.Of(request.Statistics, request.Now));

    public static ApiResponse Settings(ApiRequest request)
    {
        var deployment = request.Statistics.Deployment;
        return ApiResponse.Ok(new JsonObject
        {
            ["associationId"] = new JsonObject
            {
                ["columnNames"] = deployment.HasAssociationId ? new JsonArray("id") : new JsonArray(),
                ["requiredInPredictionRequests"] = deployment.HasAssociationId,
                ["autoGenerateId"] = false,
            },
            ["targetDrift"] = Enabled(deployment.HasDrift),
            ["featureDrift"] = Enabled(deployment.HasDrift),
            ["predictionIntervals"] = new JsonObject { ["enabled"] = false, ["percentiles"] = new JsonArray() },
            ["segmentAnalysis"] = new JsonObject { ["enabled"] = deployment.HasSegmentAnalysis, ["attributes"] = new JsonArray() },
            ["predictionsDataCollection"] = Enabled(deployment.HasDataCollection),
            ["predictionWarning"] = Enabled(false),
            ["challengerModels"] = Enabled(false),
        });
    }

    public static ApiResponse Servers(ApiRequest request)
    {
        var hosts = request.World.Deployments.SelectMany(statistics => statistics.Deployment.Hosts)
            .Distinct().Order(StringComparer.Ordinal);
        return ApiResponse.Ok(request.Page([.. hosts.Select(host => (JsonNode?)new JsonObject
        {
            ["id"] = Scenarios.HexId.From($"server/{host}"),
            ["url"] = $"https://{host}",
            ["datarobot-key"] = "simulated",
            ["batchPredictions"] = new JsonObject { ["processing"] = 0, ["queued"] = 0 },
        })]));
    }

    private static JsonObject Enabled(bool enabled) => new() { ["enabled"] = enabled };
}
