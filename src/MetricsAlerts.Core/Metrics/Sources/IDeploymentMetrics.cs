using MetricsAlerts.Rules;

namespace MetricsAlerts.Metrics.Sources;

/// <summary>The metrics of one deployment, as a source has them during one tick.</summary>
public interface IDeploymentMetrics
{
    /// <summary>Requests made so far.</summary>
    int Requests { get; }

    /// <summary>The names of the deployment's metrics; those that cost a request only when one of the patterns could mean them.</summary>
    Task<IReadOnlyList<string>> ListMetricsAsync(IReadOnlyList<Glob> patterns, CancellationToken cancellationToken);

    /// <summary>The prediction server hosts, without <c>all</c>; empty when the source does not tell them apart.</summary>
    Task<IReadOnlyList<string>> ListHostsAsync(CancellationToken cancellationToken);

    /// <summary>The windows of one series, oldest first. Both ends of the query lie on bucket boundaries.</summary>
    /// <exception cref="MetricSourceException">The series cannot be read; the message says why and what to do.</exception>
    Task<SeriesReading> ReadAsync(SeriesQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// The share, 0 to 1, of each window's rows whose actuals have arrived, by the window's start; windows without rows are left
    /// out.
    /// </summary>
    Task<IReadOnlyDictionary<DateTimeOffset, double>> ReadCompletenessAsync(SeriesQuery query, CancellationToken cancellationToken);

    /// <summary>The metrics of an instance, each over the whole of <c>[start, end)</c>; both ends on full hours.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="metrics">The metrics; none for all that the source has.</param>
    /// <param name="start">The start.</param>
    /// <param name="end">The end.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<SpanReading> ReadSpanAsync(
        string instance,
        IReadOnlyList<string> metrics,
        DateTimeOffset start,
        DateTimeOffset end,
        CancellationToken cancellationToken);

    /// <summary>Why the deployment has no values of a metric, in a sentence; null when the settings do not tell.</summary>
    Task<string?> ExplainMissingAsync(string metric, CancellationToken cancellationToken);
}

/// <summary>Which windows of which series: those that cover <c>[Start, End)</c>.</summary>
public sealed record SeriesQuery(string Instance, SeriesName Series, DateTimeOffset Start, DateTimeOffset End);

/// <summary>The windows of a series.</summary>
/// <param name="Windows">Oldest first.</param>
/// <param name="Note">Why there are none, when the deployment does not have the metric; null otherwise.</param>
public sealed record SeriesReading(IReadOnlyList<MetricWindow> Windows, string? Note = null);

/// <summary>A metric's window.</summary>
public sealed record MetricReading(string Metric, MetricWindow Window);

/// <summary>Metrics over a span.</summary>
/// <param name="Readings">One for each metric.</param>
/// <param name="Notes">What could not be read, and why.</param>
public sealed record SpanReading(IReadOnlyList<MetricReading> Readings, IReadOnlyList<string> Notes);
