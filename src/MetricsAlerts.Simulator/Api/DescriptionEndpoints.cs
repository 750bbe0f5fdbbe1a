using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>What a deployment is: its models over time, what it can do, its features and its health settings.</summary>
internal static class DescriptionEndpoints
{
    /// <summary>The champions so far, the newest first. More than the model's id is in no source.</summary>
    public static ApiResponse ModelHistory(ApiRequest request)
    {
        var deployment = request.Statistics.Deployment;
        var models = deployment.Models.Where((model, index) => index == 0 || model.From <= request.Now).Reverse();
        return ApiResponse.Ok(request.Page([.. models.Select(model => (JsonNode?)new JsonObject
        {
            ["modelId"] = model.Id,
            ["model"] = new JsonObject { ["id"] = model.Id, ["type"] = deployment.ModelType },
        })]));
    }

    public static ApiResponse Capabilities(ApiRequest request)
    {
        var deployment = request.Statistics.Deployment;
        return ApiResponse.Ok(new JsonObject
        {
            ["data"] = new JsonArray(
                Capability("supports_drift_tracking", deployment.HasDrift, "Drift tracking is off."),
                Capability("supports_model_replacement", supported: true, ""),
                Capability("supports_accuracy", deployment.HasAssociationId, "There is no association id.")),
        });
    }

    public static ApiResponse Features(ApiRequest request) => ApiResponse.Ok(
        request.Page([.. request.Statistics.Deployment.Features.Select((feature, rank) => (JsonNode?)new JsonObject
        {
            ["name"] = feature,
            ["featureType"] = "Numeric",
            ["importance"] = Math.Round(1.0 / (rank + 1), 3),
            ["dateFormat"] = null,
            ["knownInAdvance"] = false,
        })]));

    public static ApiResponse HealthSettings(ApiRequest request) => ApiResponse.Ok(new JsonObject
    {
        ["dataDrift"] = new JsonObject { ["timeInterval"] = "P7D", ["driftThreshold"] = Health.DriftWarning },
        ["accuracy"] = new JsonObject
        {
            ["metric"] = request.Statistics.Deployment.TargetType == "Regression" ? "R Squared" : "Accuracy",
            ["measurement"] = "percent",
            ["warningThreshold"] = -100 * Health.AccuracyWarning,
            ["failingThreshold"] = -100 * Health.AccuracyFailing,
        },
    });

    private static JsonObject Capability(string name, bool supported, string why) => new()
    {
        ["name"] = name,
        ["supported"] = supported,
        ["messages"] = supported ? new JsonArray() : new JsonArray(why),
    };
}
