using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.World;

/// <summary>
/// Statistics that are worked out from hashes of id, host and hour: thousands of deployments without a single stored prediction.
/// </summary>
public sealed class SyntheticStatistics(SimulatedDeployment deployment) : IDeploymentStatistics
{
    private const int RowsPerHour = 120;
    private const int RequestsPerHour = RowsPerHour / 10;
    private const long BaselineRows = 3200;

    /// <summary>Actuals arrive evenly within this time after the hour's end.</summary>
    private static readonly TimeSpan ActualsDelay = TimeSpan.FromHours(6);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public SimulatedDeployment Deployment => deployment;

    /// <inheritdoc/>
    public DateTimeOffset? LastPrediction(DateTimeOffset now) => now < deployment.Start ? null : now;

    /// <inheritdoc/>
    public IReadOnlyList<Statistic> Accuracy(IReadOnlyList<string> metrics, Slice slice)
    {
        var sums = new double[metrics.Count];
        var rows = 0L;
        for (var hour = First(slice.Start); hour < slice.End; hour += Hour)
        {
            var known = Known(hour, slice.Now);
            for (var i = 0; i < sums.Length; i++)
                sums[i] += known * Value(metrics[i], hour, slice.Host, known);
            rows += known;
        }

        return [.. sums.Select(sum => new Statistic(rows == 0 ? null : Math.Round(sum / rows, 6), rows))];
    }

    /// <inheritdoc/>
    public Statistic Baseline(string metric, string model, DateTimeOffset now) => new(IsLowerBetter(metric) ? 0.3 : 0.9, BaselineRows);

    /// <inheritdoc/>
    public double? Service(ServiceQuestion question, Slice slice)
    {
        var hours = Hours(slice);
        return question.Metric switch
        {
            "totalPredictions" => hours * RowsPerHour,
            "totalRequests" => hours * RequestsPerHour,
            "responseTime" =>
                hours == 0 ? null : Math.Round(40 + (20 * Noise.Of(Key(slice.Host), slice.Start, 3)) + (60 * question.Quantile), 1),
            "executionTime" =>
                hours == 0 ? null : Math.Round(30 + (10 * Noise.Of(Key(slice.Host), slice.Start, 4)) + (40 * question.Quantile), 1),
            "numConsumers" => hours == 0 ? 0 : 1,
            "cacheHitRatio" => hours == 0 ? 0 : 0.98,
            "medianLoad" or "peakLoad" => hours == 0 ? 0 : RequestsPerHour / 60.0,
            _ => 0,
        };
    }

    /// <inheritdoc/>
    public (long Total, long WithActual) Actuals(Slice slice)
    {
        var withActual = 0L;
        for (var hour = First(slice.Start); hour < slice.End; hour += Hour)
            withActual += Known(hour, slice.Now);
        return (Hours(slice) * RowsPerHour, withActual);
    }

    /// <inheritdoc/>
    public Statistic TargetDrift(DriftMetric metric, Slice slice) =>
        Shift(metric, slice, 0.02 + (0.05 * Noise.Of(Key(slice.Host), slice.Start, 5)));

    /// <inheritdoc/>
    public IReadOnlyList<(string Feature, Statistic Drift)> FeatureDrift(DriftMetric metric, Slice slice) =>
        [.. deployment.Features.Select(feature => (feature, Shift(metric, slice, 0.05 * Noise.Of(feature, slice.Start, 6))))];

    /// <inheritdoc/>
    public Statistic Custom(SimulatedCustomMetric metric, Slice slice) => Hours(slice) is > 0 and var hours
        ? new(Math.Round(metric.Value * (0.9 + (0.2 * Noise.Of(metric.Name, slice.Start, 7))), 6), hours)
        : new(null, 0);

    private string Key(string? host) => deployment.Id + host;

    private Statistic Shift(DriftMetric metric, Slice slice, double psi) => Hours(slice) is > 0 and var hours
        ? new(Math.Round(Drift.OfShift(metric, psi), 6), hours * RowsPerHour)
        : new(null, 0);

    /// <summary>The value moves while actuals arrive, as a real one does, and stands still when all are there.</summary>
    private double Value(string metric, DateTimeOffset hour, string? host, long known) =>
        (IsLowerBetter(metric) ? 0.25 : 0.88) + (0.05 * Noise.Of(Key(host), hour, 8)) + (0.02 * (RowsPerHour - known) / RowsPerHour);

    private static bool IsLowerBetter(string metric) => metric is "LogLoss" or "FPR";

    private long Known(DateTimeOffset hour, DateTimeOffset now)
    {
        if (hour < deployment.Start || !deployment.HasAssociationId)
            return 0;
        var arrived = (now - hour - Hour) / ActualsDelay;
        return arrived <= 0 ? 0 : (long)(RowsPerHour * Math.Min(1, arrived));
    }

    private DateTimeOffset First(DateTimeOffset start) => start < deployment.Start ? deployment.Start : start;

    private long Hours(Slice slice)
    {
        var (from, to) = (First(slice.Start), slice.End < slice.Now ? slice.End : slice.Now);
        return to <= from ? 0 : (long)Math.Ceiling((to - from) / Hour);
    }
}
