using MetricsAlerts.Metrics;

namespace MetricsAlerts.Simulator.World;

/// <summary>What the monitoring API answers about one deployment, from what is known at a simulated now.</summary>
public interface IDeploymentStatistics
{
    /// <summary>The deployment.</summary>
    SimulatedDeployment Deployment { get; }

    /// <summary>An accuracy metric over a period, from the rows of the model whose actual has arrived by <paramref name="now"/>.</summary>
    Statistic Accuracy(string metric, DateTimeOffset start, DateTimeOffset end, string? host, string model, DateTimeOffset now);

    /// <summary>The accuracy metric that the deployment is compared with.</summary>
    Statistic Baseline(string metric);

    /// <summary>A service statistic over a period; null without requests where that makes it meaningless.</summary>
    double? Service(ServiceQuestion question, DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now);

    /// <summary>Rows of a period, and those of them whose actual has arrived.</summary>
    (long Total, long WithActual) Actuals(DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now);

    /// <summary>The distance (PSI) of the predictions of a period from those of the baseline period.</summary>
    Statistic TargetDrift(DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now);

    /// <summary>The distance (PSI) of each feature.</summary>
    IReadOnlyList<(string Feature, Statistic Drift)> FeatureDrift(
        DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now);

    /// <summary>A custom metric's value over a period.</summary>
    Statistic Custom(SimulatedCustomMetric metric, DateTimeOffset start, DateTimeOffset end, DateTimeOffset now);
}

/// <summary>A value with the rows it was computed from.</summary>
public readonly record struct Statistic(double? Value, long SampleSize);

/// <summary>Which service statistic.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Quantile">The quantile of times, 0 to 1.</param>
/// <param name="SlowAbove">Milliseconds above which a request counts as slow.</param>
public readonly record struct ServiceQuestion(string Metric, double Quantile = 0.5, double SlowAbove = 1000);
