using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.World;

/// <summary>Computes the statistics from every prediction that was made, as played from a scenario or read from a recording.</summary>
/// <param name="deployment">The deployment.</param>
/// <param name="predictions">What it predicted.</param>
/// <param name="training">What its models are compared with; empty to compare each with its own first days.</param>
/// <param name="service">What its prediction servers did, in order of time; empty when it is not known.</param>
/// <param name="troubles">What went wrong with its features and custom metrics.</param>
public sealed class PlayedStatistics(
    SimulatedDeployment deployment,
    PredictionLog predictions,
    IReadOnlyList<ScoredRow> training,
    IReadOnlyList<ServiceHour> service,
    IReadOnlyList<ScriptedValue> troubles)
    : IDeploymentStatistics
{
    private const int RowsOfCustomMetric = 10;

    private readonly PlayedAccuracy _accuracy = new(deployment, predictions, training);
    private readonly PlayedService _service = new(predictions, service);
    private readonly PlayedDrift _drift = new(deployment, predictions, training);

    /// <inheritdoc/>
    public SimulatedDeployment Deployment => deployment;

    /// <inheritdoc/>
    public DateTimeOffset? LastPrediction(DateTimeOffset now) => predictions.LastBy(now);

    /// <inheritdoc/>
    public IReadOnlyList<Statistic> Accuracy(IReadOnlyList<string> metrics, Slice slice) => _accuracy.Read(metrics, slice);

    /// <inheritdoc/>
    public Statistic Baseline(string metric, string model, DateTimeOffset now) => _accuracy.Baseline(metric, model, now);

    /// <inheritdoc/>
    public double? Service(ServiceQuestion question, Slice slice) => _service.Read(question, slice);

    /// <inheritdoc/>
    public (long Total, long WithActual) Actuals(Slice slice) => _accuracy.Count(slice);

    /// <inheritdoc/>
    public Statistic TargetDrift(DriftMetric metric, Slice slice) => _drift.Read(metric, slice);

    /// <inheritdoc/>
    public IReadOnlyList<(string Feature, Statistic Drift)> FeatureDrift(DriftMetric metric, Slice slice)
    {
        var rows = _accuracy.Count(slice).Total;
        return [.. deployment.Features.Select(feature => (feature, rows == 0
            ? new Statistic(null, 0)
            : new(Math.Round(Drift.OfShift(metric, Psi(feature)), 6), rows)))];

        double Psi(string feature) => Scripted(feature, slice) ?? (0.01 + (0.04 * Noise.Of(feature, slice.Start, 1)));
    }

    /// <inheritdoc/>
    public Statistic Custom(SimulatedCustomMetric metric, Slice slice) =>
        slice.Start >= slice.End || slice.Start >= slice.Now || slice.End <= deployment.Start
            ? new(null, 0)
            : new(
                Math.Round((Scripted(metric.Name, slice) ?? metric.Value) * (0.97 + (0.06 * Noise.Of(metric.Name, slice.Start, 2))), 6),
                RowsOfCustomMetric);

    /// <summary>What a trouble says of a feature or a custom metric in a period that it touches.</summary>
    private double? Scripted(string name, Slice slice) =>
        troubles.Where(trouble => trouble.Name == name && trouble.From < slice.End && slice.Start < trouble.To)
            .Select(trouble => (double?)trouble.Value).FirstOrDefault();
}

/// <summary>The value of a feature's drift (psi) or a custom metric while something is wrong.</summary>
public sealed record ScriptedValue(string Name, DateTimeOffset From, DateTimeOffset To, double Value);
