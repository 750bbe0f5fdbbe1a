using System.Text.Json.Nodes;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>The shapes of the API's answers.</summary>
internal static class Answers
{
    public static JsonObject Deployment(IDeploymentStatistics statistics, DateTimeOffset now)
    {
        var deployment = statistics.Deployment;
        var host = deployment.Hosts[0];
        return new()
        {
            ["id"] = deployment.Id,
            ["label"] = deployment.Label,
            ["description"] = null,
            ["status"] = "active",
            ["importance"] = deployment.Importance,
            ["createdAt"] = Timestamps.Format(deployment.Start),
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
            ["modelPackage"] = new JsonObject
            {
                ["id"] = deployment.ModelAt(now),
                ["name"] = deployment.Label,
                ["registeredModelId"] = deployment.ModelAt(now),
            },
            ["defaultPredictionServer"] = new JsonObject
            {
                ["id"] = deployment.Id,
                ["url"] = $"https://{host}",
                ["datarobot-key"] = "simulated",
            },
            ["predictionEnvironment"] = new JsonObject { ["id"] = deployment.Id, ["name"] = "simulated", ["platform"] = "datarobot" },
            ["predictionUsage"] = new JsonObject { ["dailyRates"] = new JsonArray(), ["lastTimestamp"] = Timestamps.Format(now) },
            ["permissions"] = new JsonArray("CAN_VIEW"),
            ["owners"] = new JsonObject { ["count"] = 1, ["preview"] = new JsonArray() },
            ["serviceHealth"] = HealthAnswer.Service(statistics, now),
            ["modelHealth"] = HealthAnswer.Model(statistics, now),
            ["accuracyHealth"] = HealthAnswer.Accuracy(statistics, now),
            ["fairnessHealth"] = HealthAnswer.Fairness(statistics, now),
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
        ["targetDrift"] = Enabled(deployment.HasDrift),
        ["featureDrift"] = Enabled(deployment.HasDrift),
        ["segmentAnalysis"] = new JsonObject
        {
            ["enabled"] = deployment.HasSegmentAnalysis,
            ["attributes"] = new JsonArray(),
            ["customAttributes"] = new JsonArray(),
        },
        ["predictionsDataCollection"] = Enabled(deployment.HasDataCollection),
        ["challengerModels"] = Enabled(false),
    };

    /// <summary>A page of a list of <paramref name="total"/> items, with the addresses of the next and the previous one.</summary>
    public static JsonObject Page(IReadOnlyList<JsonNode?> items, int total, int offset, int limit, Func<int, string> address) => new()
    {
        ["count"] = items.Count,
        ["next"] = offset + limit < total ? address(offset + limit) : null,
        ["previous"] = offset > 0 ? address(Math.Max(0, offset - limit)) : null,
        ["totalCount"] = total,
        ["data"] = new JsonArray([.. items]),
    };

    public static JsonObject Period(DateTimeOffset start, DateTimeOffset end) =>
        new() { ["start"] = Timestamps.Format(start), ["end"] = Timestamps.Format(end) };

    public static JsonObject Error(string message, IReadOnlyDictionary<string, string>? fields = null)
    {
        var error = new JsonObject { ["message"] = message };
        if (fields is { Count: > 0 })
            error["errors"] = new JsonObject([.. fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Key, field.Value))]);
        return error;
    }

    private static JsonObject Enabled(bool enabled) => new() { ["enabled"] = enabled };
}
