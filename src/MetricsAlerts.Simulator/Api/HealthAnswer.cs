using System.Text.Json.Nodes;
using MetricsAlerts.Formats;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>The API's verdicts on a deployment, over the last seven days.</summary>
internal static class HealthAnswer
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(7);

    /// <summary>Errors above 1 % warn, above 5 % fail.</summary>
    public static JsonObject Service(IDeploymentStatistics statistics, DateTimeOffset now) =>
        Verdict(now, statistics.Service(new("serverErrorRate"), Start(now), now, null, now), 0.01, 0.05);

    /// <summary>The usual reading of PSI: above 0.15 look, above 0.25 act.</summary>
    public static JsonObject Model(IDeploymentStatistics statistics, DateTimeOffset now) =>
        Verdict(
            now,
            statistics.Deployment.HasDrift
                ? statistics.TargetDrift(Start(now), Timestamps.Floor(now, TimeSpan.FromHours(1)), null, now).Value
                : null,
            0.15,
            0.25);

    /// <summary>Accuracy below the baseline by more than 5 % warns, by more than 10 % fails.</summary>
    public static JsonObject Accuracy(IDeploymentStatistics statistics, DateTimeOffset now)
    {
        var value = statistics.Accuracy(
            "Accuracy", Start(now), Timestamps.Floor(now, TimeSpan.FromHours(1)), null, statistics.Deployment.ModelAt(now), now).Value;
        return Verdict(
            now,
            value is { } accuracy && statistics.Baseline("Accuracy").Value is { } baseline && baseline > 0
                ? (baseline - accuracy) / baseline
                : null,
            0.05,
            0.10);
    }

    public static JsonObject Fairness(IDeploymentStatistics statistics, DateTimeOffset now) => Verdict(now, null, 0, 0);

    private static DateTimeOffset Start(DateTimeOffset now) => Timestamps.Floor(now, TimeSpan.FromHours(1)) - Period;

    private static JsonObject Verdict(DateTimeOffset now, double? value, double warning, double failing) => new()
    {
        ["status"] = value is not { } number ? "unknown" : number > failing ? "failing" : number > warning ? "warning" : "passing",
        ["message"] = "Simulated",
        ["startDate"] = Timestamps.Format(now - Period),
        ["endDate"] = Timestamps.Format(now),
    };
}
