using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace MetricsAlerts.Telemetry;

/// <summary>
/// OpenTelemetry's gauges of every series that this process has evaluated: the newest value, and how each rule on it stands. What is
/// gone is shown no more.
/// </summary>
public sealed class SeriesGauges
{
    /// <summary>The newest value of a series, in the metric's unit.</summary>
    public const string ModelMetric = "metricsalerts.model.metric";

    /// <summary>How a rule stands on a series: 0 inactive, 1 pending, 2 warning, 3 critical.</summary>
    public const string AlertState = "metricsalerts.alert.state";

    /// <summary>Series that one process shows at most: exporters keep far fewer unless they are asked.</summary>
    public const int MostSeries = 200_000;

    private readonly ConcurrentDictionary<(string Deployment, string Instance), SeriesMeasurements> _instances = new();
    private readonly ObservableGauge<double> _values;
    private readonly ObservableGauge<int> _states;

    internal SeriesGauges(Meter meter)
    {
        _values = meter.CreateObservableGauge(
            ModelMetric, () => _instances.Values.SelectMany(instance => instance.Values), description: "The newest value of a series.");
        _states = meter.CreateObservableGauge(
            AlertState, () => _instances.Values.SelectMany(instance => instance.States),
            description: "How a rule stands on a series: 0 inactive, 1 pending, 2 warning, 3 critical.");
    }

    /// <summary>Whether anybody looks at them.</summary>
    public bool IsEnabled => _values.Enabled || _states.Enabled;

    /// <summary>Shows an instance of a deployment as it is now.</summary>
    public void Set(string deploymentId, string instance, SeriesMeasurements measurements) =>
        _instances[(deploymentId, instance)] = measurements;

    /// <summary>Shows an instance of a deployment no more.</summary>
    public void Remove(string deploymentId, string instance) => _instances.TryRemove((deploymentId, instance), out _);
}

/// <summary>The measurements of the series of one instance.</summary>
/// <param name="Values">The newest values.</param>
/// <param name="States">How rules stand.</param>
public sealed record SeriesMeasurements(IReadOnlyList<Measurement<double>> Values, IReadOnlyList<Measurement<int>> States);
