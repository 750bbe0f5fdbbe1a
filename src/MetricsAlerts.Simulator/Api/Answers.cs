using System.Text.Json.Nodes;
using MetricsAlerts.Formats;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>The shapes of the API's answers.</summary>
internal static class Answers
{
    public static JsonObject Deployment(SimulatedDeployment deployment, DateTimeOffset now)
    {
        var host = deployment.Predictions.Hosts[0];
        return new()
        {
            ["id"] = deployment.Id,
            ["label"] = deployment.Label,
            ["description"] = null,
            ["status"] = "active",
            ["importance"] = deployment.Importance,
            ["createdAt"] = Timestamps.Format(deployment.Predictions.Start),
            ["model"] = new JsonObject
            {
                ["id"] = deployment.ModelAt(now),
                ["type"] = deployment.ModelType,
                ["targetName"] = "target",
                ["targetType"] = "Binary",
                ["projectId"] = deployment.ModelAt(now),
                ["projectName"] = deployment.Label,
                ["isDeprecated"] = false,
                ["unsupervisedMode"] = false,
            },
            ["modelPackage"] = new JsonObject { ["id"] = deployment.ModelAt(now), ["name"] = deployment.Label, ["registeredModelId"] = deployment.ModelAt(now) },
            ["defaultPredictionServer"] = new JsonObject { ["id"] = deployment.Id, ["url"] = $"https://{host}", ["datarobot-key"] = "simulated" },
            ["predictionEnvironment"] = new JsonObject { ["id"] = deployment.Id, ["name"] = "simulated", ["platform"] = "datarobot" },
            ["predictionUsage"] = new JsonObject { ["dailyRates"] = new JsonArray(), ["lastTimestamp"] = Timestamps.Format(now) },
            ["permissions"] = new JsonArray("CAN_VIEW"),
            ["owners"] = new JsonObject { ["count"] = 1, ["preview"] = new JsonArray() },
            ["serviceHealth"] = Health(now),
            ["modelHealth"] = Health(now),
            ["accuracyHealth"] = Health(now),
            ["fairnessHealth"] = Health(now),
            ["governance"] = new JsonObject(),
            ["capabilities"] = new JsonObject(),
            ["hasError"] = false,
        };
    }

    public static JsonObject Settings(SimulatedDeployment deployment) => new()
    {
        ["associationId"] = new JsonObject
        {
            ["columnNames"] = deployment.HasAssociationId ? new JsonArray("id") : new JsonArray(),
            ["requiredInPredictionRequests"] = deployment.HasAssociationId,
            ["autoGenerateId"] = false,
        },
        ["targetDrift"] = Enabled(true),
        ["featureDrift"] = Enabled(true),
        ["segmentAnalysis"] = new JsonObject { ["enabled"] = deployment.HasSegmentAnalysis, ["attributes"] = new JsonArray(), ["customAttributes"] = new JsonArray() },
        ["predictionsDataCollection"] = Enabled(true),
        ["challengerModels"] = Enabled(false),
    };

    /// <summary>A page of the whole list, with the addresses of the next and the previous one.</summary>
    public static JsonObject Page(IReadOnlyList<JsonNode?> all, int offset, int limit, Func<int, string> address)
    {
        var data = new JsonArray([.. all.Skip(offset).Take(limit)]);
        return new()
        {
            ["count"] = data.Count,
            ["next"] = offset + limit < all.Count ? address(offset + limit) : null,
            ["previous"] = offset > 0 ? address(Math.Max(0, offset - limit)) : null,
            ["totalCount"] = all.Count,
            ["data"] = data,
        };
    }

    public static JsonObject Period(DateTimeOffset start, DateTimeOffset end) => new() { ["start"] = Timestamps.Format(start), ["end"] = Timestamps.Format(end) };

    public static JsonObject Error(string message, IReadOnlyDictionary<string, string>? fields = null)
    {
        var error = new JsonObject { ["message"] = message };
        if (fields is { Count: > 0 })
            error["errors"] = new JsonObject([.. fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Key, field.Value))]);
        return error;
    }

    private static JsonObject Enabled(bool enabled) => new() { ["enabled"] = enabled };

    private static JsonObject Health(DateTimeOffset now) => new()
    {
        ["status"] = "unknown",
        ["message"] = "Simulated",
        ["startDate"] = Timestamps.Format(now - TimeSpan.FromDays(7)),
        ["endDate"] = Timestamps.Format(now),
    };
}
