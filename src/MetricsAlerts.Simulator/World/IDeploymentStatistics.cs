using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.World;

/// <summary>What the monitoring API says about one deployment, from what is known at a simulated now.</summary>
public interface IDeploymentStatistics
{
    /// <summary>The deployment.</summary>
    SimulatedDeployment Deployment { get; }

    /// <summary>The time of the last prediction that was made by <paramref name="now"/>; null for none.</summary>
    DateTimeOffset? LastPrediction(DateTimeOffset now);

    /// <summary>Accuracy metrics, in the order asked, from the rows whose actual has arrived.</summary>
    IReadOnlyList<Statistic> Accuracy(IReadOnlyList<string> metrics, Slice slice);

    /// <summary>The accuracy metric that a model is compared with, from what is known at <paramref name="now"/>.</summary>
    Statistic Baseline(string metric, string model, DateTimeOffset now);

    /// <summary>A service statistic; null without requests where that makes it meaningless, as of a response time.</summary>
    double? Service(ServiceQuestion question, Slice slice);

    /// <summary>Rows, and those of them whose actual has arrived.</summary>
    (long Total, long WithActual) Actuals(Slice slice);

    /// <summary>The distance of the predictions from those of the baseline.</summary>
    Statistic TargetDrift(DriftMetric metric, Slice slice);

    /// <summary>The distance of each feature from its baseline.</summary>
    IReadOnlyList<(string Feature, Statistic Drift)> FeatureDrift(DriftMetric metric, Slice slice);

    /// <summary>A custom metric's value.</summary>
    Statistic Custom(SimulatedCustomMetric metric, Slice slice);
}
