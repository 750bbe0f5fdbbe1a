using MetricsAlerts.Formats;
using MetricsAlerts.Simulator.World;
using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.Api;

/// <summary>The API's verdicts on a deployment, over the last seven days. The marks are the deployment's health settings.</summary>
internal static class Health
{
    public const string Unknown = "unknown";

    /// <summary>PSI.</summary>
    public const double DriftWarning = 0.15;

    /// <inheritdoc cref="DriftWarning"/>
    public const double DriftFailing = 0.25;

    /// <summary>The share of the baseline by which accuracy has fallen.</summary>
    public const double AccuracyWarning = 0.05;

    /// <inheritdoc cref="AccuracyWarning"/>
    public const double AccuracyFailing = 0.10;

    public static readonly TimeSpan Period = TimeSpan.FromDays(7);

    /// <summary>Worst first, as the API sorts them.</summary>
    public static IReadOnlyList<string> Order { get; } = ["failing", "warning", "passing", Unknown];

    /// <summary>Errors above 1 % warn, above 5 % fail.</summary>
    public static string Service(IDeploymentStatistics statistics, DateTimeOffset now) =>
        statistics.LastPrediction(now) >= Start(now)
            ? Judge(statistics.Service(new("serverErrorRate"), new(Start(now), now, now)), 0.01, 0.05)
            : Unknown;

    public static string Model(IDeploymentStatistics statistics, DateTimeOffset now) => Judge(
        statistics.Deployment.HasDrift && statistics.Deployment.HasDataCollection
            ? statistics.TargetDrift(DriftMetric.Psi, OfModel(statistics, now)).Value
            : null,
        DriftWarning,
        DriftFailing);

    public static string Accuracy(IDeploymentStatistics statistics, DateTimeOffset now)
    {
        var metric = statistics.Deployment.TargetType == "Regression" ? "R Squared" : "Accuracy";
        var baseline = statistics.Baseline(metric, statistics.Deployment.ModelAt(now), now).Value;
        return Judge(
            statistics.Accuracy([metric], OfModel(statistics, now))[0].Value is { } value && baseline is > 0
                ? (baseline - value) / baseline
                : null,
            AccuracyWarning,
            AccuracyFailing);
    }

    private static DateTimeOffset Start(DateTimeOffset now) => Timestamps.Floor(now, TimeSpan.FromHours(1)) - Period;

    private static Slice OfModel(IDeploymentStatistics statistics, DateTimeOffset now)
    {
        var (from, until) = statistics.Deployment.TimeOf(statistics.Deployment.ModelAt(now));
        return new Slice(Start(now), Timestamps.Floor(now, TimeSpan.FromHours(1)), now).Within(from, until);
    }

    private static string Judge(double? value, double warning, double failing) =>
        value is not { } number ? Unknown : number > failing ? "failing" : number > warning ? "warning" : "passing";
}
