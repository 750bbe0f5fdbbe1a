using System.Text.Json.Nodes;
using MetricsAlerts.Formats;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>A deployment as the API describes it.</summary>
internal static class DeploymentShape
{
    private const int DaysOfUsage = 7;

    public static JsonObject Of(IDeploymentStatistics statistics, DateTimeOffset now)
    {
        var deployment = statistics.Deployment;
        var model = deployment.ModelAt(now);
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
                ["id"] = model,
                ["type"] = deployment.ModelType,
                ["targetName"] = "target",
                ["targetType"] = deployment.TargetType,
                ["projectId"] = model,
                ["projectName"] = deployment.Label,
                ["isDeprecated"] = false,
                ["unstructuredModelKind"] = false,
                ["unsupervisedMode"] = false,
                ["deployedAt"] = Timestamps.Format(DeployedAt(deployment, now)),
            },
            ["modelPackage"] = new JsonObject { ["id"] = model, ["name"] = deployment.Label, ["registeredModelId"] = model },
            ["defaultPredictionServer"] = ServerOf(deployment),
            ["predictionEnvironment"] = new JsonObject
            {
                ["id"] = deployment.Id,
                ["name"] = "simulated",
                ["platform"] = DeploymentFilter.Platform,
                ["isManagedByManagementAgent"] = false,
            },
            ["predictionUsage"] = new JsonObject
            {
                ["dailyRates"] = new JsonArray([.. DailyRates(statistics, now).Select(rows => (JsonNode)rows)]),
                ["lastTimestamp"] = statistics.LastPrediction(now) is { } last ? Timestamps.Format(last) : null,
            },
            ["permissions"] = new JsonArray("CAN_VIEW"),
            ["owners"] = new JsonObject { ["count"] = 1, ["preview"] = new JsonArray() },
            ["serviceHealth"] = Verdict(Health.Service(statistics, now), now),
            ["modelHealth"] = Verdict(Health.Model(statistics, now), now),
            ["accuracyHealth"] = Verdict(Health.Accuracy(statistics, now), now),
            ["fairnessHealth"] = Verdict(Health.Unknown, now),
            ["governance"] = new JsonObject(),
            ["capabilities"] = new JsonObject
            {
                ["supportsDriftTracking"] = deployment.HasDrift,
                ["supportsModelReplacement"] = true,
            },
            ["settings"] = new JsonObject
            {
                ["humbleAiEnabled"] = false,
                ["predictionIntervalsEnabled"] = false,
                ["predictionWarningEnabled"] = false,
            },
            ["hasError"] = false,
        };
    }

    /// <summary>When the current champion began.</summary>
    public static DateTimeOffset DeployedAt(SimulatedDeployment deployment, DateTimeOffset now)
    {
        var from = deployment.TimeOf(deployment.ModelAt(now)).From;
        return from > deployment.Start ? from : deployment.Start;
    }

    /// <summary>Rows of each of the last seven whole days, the newest first.</summary>
    public static IEnumerable<long> DailyRates(IDeploymentStatistics statistics, DateTimeOffset now)
    {
        var today = Timestamps.Floor(now, TimeSpan.FromDays(1));
        return Enumerable.Range(1, DaysOfUsage).Select(
            day => statistics.Actuals(new(today.AddDays(-day), today.AddDays(1 - day), now)).Total);
    }

    /// <summary>An external deployment of no host has no prediction server.</summary>
    private static JsonObject? ServerOf(SimulatedDeployment deployment) => deployment.Hosts is [var host, ..]
        ? new() { ["id"] = Scenarios.HexId.From($"server/{host}"), ["url"] = $"https://{host}", ["datarobot-key"] = "simulated" }
        : null;

    private static JsonObject Verdict(string status, DateTimeOffset now) => new()
    {
        ["status"] = status,
        ["message"] = "Simulated",
        ["startDate"] = Timestamps.Format(now - Health.Period),
        ["endDate"] = Timestamps.Format(now),
    };
}
