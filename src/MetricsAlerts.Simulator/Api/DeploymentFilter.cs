using System.Globalization;
using MetricsAlerts.Simulator.Contract;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>
/// The filters of the deployments list: several values of one mean any of them, different filters mean all of them. Every
/// deployment is an active one of DataRobot's own, made by the token's user, without tags.
/// </summary>
internal static class DeploymentFilter
{
    public const string Platform = "datarobot";

    private static readonly (string Key, Func<IDeploymentStatistics, string, DateTimeOffset, bool> Holds)[] Filters =
    [
        ("search", (one, text, _) => one.Deployment.Label.Contains(text, StringComparison.OrdinalIgnoreCase)),
        ("serviceHealth", (one, status, now) => Health.Service(one, now) == status),
        ("modelHealth", (one, status, now) => Health.Model(one, now) == status),
        ("accuracyHealth", (one, status, now) => Health.Accuracy(one, now) == status),
        ("role", (_, role, _) => role == "OWNER"),
        ("status", (_, status, _) => status == "active"),
        ("importance", (one, importance, _) => one.Deployment.Importance == importance),
        ("lastPredictionTimestampStart", (one, time, now) => one.LastPrediction(now) >= Time(time)),
        ("lastPredictionTimestampEnd", (one, time, now) => one.LastPrediction(now) <= Time(time)),
        ("predictionUsageDailyAvgGreaterThan", (one, number, now) => DailyAverage(one, now) > Number(number)),
        ("predictionUsageDailyAvgLessThan", (one, number, now) => DailyAverage(one, now) < Number(number)),
        ("defaultPredictionServerId", (one, id, _) =>
            one.Deployment.Hosts is [var host, ..] && Scenarios.HexId.From($"server/{host}") == id),
        ("buildEnvironmentType", (_, type, _) => type == "DataRobot"),
        ("executionEnvironmentType", (_, type, _) => type == "datarobot"),
        ("predictionEnvironmentPlatform", (_, platform, _) => platform == Platform),
        ("createdByMe", (_, mine, _) => bool.Parse(mine)),
        ("createdBy", (_, _, _) => false),
        ("championModelExecutionType", (_, type, _) => type == "dedicated"),
        ("championModelTargetType", (one, type, _) => one.Deployment.TargetType == type),
        ("tagKeys", (_, _, _) => false),
        ("tagValues", (_, _, _) => false),
        ("isA2AAgent", (_, isOne, _) => !bool.Parse(isOne)),
        ("predictionEnvironmentTagKeys", (_, _, _) => false),
        ("predictionEnvironmentTagValues", (_, _, _) => false),
    ];

    /// <summary>The keys that filter.</summary>
    public static IEnumerable<string> Keys => Filters.Select(filter => filter.Key);

    /// <summary>Whether a deployment is one of those that the request is for.</summary>
    public static Func<IDeploymentStatistics, bool> Of(ApiRequest request)
    {
        var asked = Filters.Select(filter => (filter.Holds, Values: request.Texts(filter.Key)))
            .Where(filter => filter.Values.Count > 0).ToList();
        return statistics => asked.TrueForAll(filter => filter.Values.Any(value => filter.Holds(statistics, value, request.Now)));
    }

    private static double DailyAverage(IDeploymentStatistics statistics, DateTimeOffset now) =>
        DeploymentShape.DailyRates(statistics, now).Average();

    private static DateTimeOffset? Time(string text) => Rfc3339.TryParse(text, out var time) ? time : null;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
