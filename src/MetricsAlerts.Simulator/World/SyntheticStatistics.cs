using MetricsAlerts.Metrics;

namespace MetricsAlerts.Simulator.World;

/// <summary>
/// Statistics that are worked out from hashes of id, host and hour: thousands of deployments without a single stored prediction.
/// </summary>
public sealed class SyntheticStatistics(SimulatedDeployment deployment) : IDeploymentStatistics
{
    private const int RowsPerHour = 120;

    /// <summary>Actuals arrive evenly within this time after the hour's end.</summary>
    private static readonly TimeSpan ActualsDelay = TimeSpan.FromHours(6);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public SimulatedDeployment Deployment => deployment;

    /// <inheritdoc/>
    public Statistic Accuracy(string metric, DateTimeOffset start, DateTimeOffset end, string? host, string model, DateTimeOffset now)
    {
        var (sum, rows) = (0.0, 0L);
        for (var hour = First(start); hour < end; hour += Hour)
        {
            var known = Known(hour, now);
            sum += known * Value(metric, hour, host, known);
            rows += known;
        }

        return new(rows == 0 ? null : Math.Round(sum / rows, 6), rows);
    }

    /// <inheritdoc/>
    public Statistic Baseline(string metric) => new(metric == "LogLoss" ? 0.3 : 0.9, 3200);

    /// <inheritdoc/>
    public double? Service(ServiceQuestion question, DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        var hours = Hours(start, end, now);
        return question.Metric switch
        {
            "totalPredictions" => hours * RowsPerHour,
            "totalRequests" => hours * RowsPerHour / 10,
            "responseTime" => hours == 0 ? null : Math.Round(40 + (20 * Noise.Of(Key(host), start, 3)) + (60 * question.Quantile), 1),
            "executionTime" => hours == 0 ? null : Math.Round(30 + (10 * Noise.Of(Key(host), start, 4)) + (40 * question.Quantile), 1),
            "cacheHitRatio" => hours == 0 ? null : 0.98,
            _ => 0,
        };
    }

    /// <inheritdoc/>
    public (long Total, long WithActual) Actuals(DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        var withActual = 0L;
        for (var hour = First(start); hour < end; hour += Hour)
            withActual += Known(hour, now);
        return (Hours(start, end, now) * RowsPerHour, withActual);
    }

    /// <inheritdoc/>
    public Statistic TargetDrift(DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now) =>
        Hours(start, end, now) is > 0 and var hours
            ? new(Math.Round(0.02 + (0.05 * Noise.Of(Key(host), start, 5)), 6), hours * RowsPerHour)
            : new(null, 0);

    /// <inheritdoc/>
    public IReadOnlyList<(string Feature, Statistic Drift)> FeatureDrift(
        DateTimeOffset start, DateTimeOffset end, string? host, DateTimeOffset now)
    {
        var hours = Hours(start, end, now);
        return [.. deployment.Features.Select(feature => (feature, DriftOf(feature)))];

        Statistic DriftOf(string feature) =>
            hours == 0 ? new(null, 0) : new(Math.Round(0.05 * Noise.Of(feature, start, 6), 6), hours * RowsPerHour);
    }

    /// <inheritdoc/>
    public Statistic Custom(SimulatedCustomMetric metric, DateTimeOffset start, DateTimeOffset end, DateTimeOffset now) =>
        Hours(start, end, now) is > 0 and var hours
            ? new(Math.Round(metric.Value * (0.9 + (0.2 * Noise.Of(metric.Name, start, 7))), 6), hours)
            : new(null, 0);

    private string Key(string? host) => deployment.Id + host;

    /// <summary>The value moves while actuals arrive, as a real one does, and stands still when all are there.</summary>
    private double Value(string metric, DateTimeOffset hour, string? host, long known) =>
        (metric == "LogLoss" ? 0.25 : 0.88) + (0.05 * Noise.Of(Key(host), hour, 8)) + (0.02 * (RowsPerHour - known) / RowsPerHour);

    private long Known(DateTimeOffset hour, DateTimeOffset now)
    {
        if (hour < deployment.Start || !deployment.HasAssociationId)
            return 0;
        var arrived = (now - hour - Hour) / ActualsDelay;
        return arrived <= 0 ? 0 : (long)(RowsPerHour * Math.Min(1, arrived));
    }

    private DateTimeOffset First(DateTimeOffset start) => start < deployment.Start ? deployment.Start : start;

    private long Hours(DateTimeOffset start, DateTimeOffset end, DateTimeOffset now)
    {
        var (from, to) = (First(start), end < now ? end : now);
        return to <= from ? 0 : (long)Math.Ceiling((to - from) / Hour);
    }
}
