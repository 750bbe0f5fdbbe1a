using MetricsAlerts.Metrics;

namespace MetricsAlerts.Collecting;

/// <summary>Where metric windows come from.</summary>
public interface IMetricSource
{
    /// <summary>Every deployment that can be seen.</summary>
    /// <exception cref="MetricSourceException">The source cannot be asked; the message says what to do.</exception>
    IAsyncEnumerable<Deployment> ListDeploymentsAsync(CancellationToken cancellationToken);

    /// <summary>The names of the metrics that this deployment can have.</summary>
    Task<IReadOnlyList<string>> ListMetricsAsync(Deployment deployment, CancellationToken cancellationToken);

    /// <summary>The prediction server hosts of the deployment, without <c>all</c>; empty when the source does not tell them apart.</summary>
    Task<IReadOnlyList<string>> ListHostsAsync(Deployment deployment, CancellationToken cancellationToken);

    /// <summary>The windows of one series that cover <c>[start, end)</c>, oldest first. Both ends lie on bucket boundaries.</summary>
    Task<IReadOnlyList<MetricWindow>> ReadAsync(
        Deployment deployment, string instance, SeriesName series, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken);

    /// <summary>The share, 0 to 1, of each window's rows whose actuals have arrived, by the window's start; windows without rows are left out.</summary>
    Task<IReadOnlyDictionary<DateTimeOffset, double>> ReadCompletenessAsync(
        Deployment deployment, string instance, TimeSpan bucket, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken);

    /// <summary>Every metric that the source has of an instance, each over the whole of <c>[start, end)</c>; both ends on full hours.</summary>
    Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        Deployment deployment, string instance, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken);

    /// <summary>Why the deployment has no values of a metric, in a sentence; null when nothing is wrong.</summary>
    Task<string?> ExplainMissingAsync(Deployment deployment, string metric, CancellationToken cancellationToken);
}

/// <summary>A metric's window.</summary>
public sealed record MetricReading(string Metric, MetricWindow Window);
