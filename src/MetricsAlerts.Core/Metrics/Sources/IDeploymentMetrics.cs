using MetricsAlerts.Rules;

namespace MetricsAlerts.Metrics.Sources;

/// <summary>The metrics of one deployment, as a source has them during one tick.</summary>
public interface IDeploymentMetrics
{
    /// <summary>Requests made so far.</summary>
    int Requests { get; }

    /// <summary>The names of the deployment's metrics; those that cost a request only when one of the patterns could mean them.</summary>
    Task<IReadOnlyList<string>> ListMetricsAsync(IReadOnlyList<Glob> patterns, CancellationToken cancellationToken);

    /// <summary>The prediction server hosts, and the families of metrics that can be cut by them.</summary>
    /// <param name="families">The families of which that is asked.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="MetricSourceException">The list is refused; that says nothing about whether there are hosts.</exception>
    Task<HostListing> ListHostsAsync(IReadOnlyCollection<MetricFamily> families, CancellationToken cancellationToken);

    /// <summary>The models that answered the deployment's requests, oldest first, as far as the source tells; else none.</summary>
    Task<IReadOnlyList<ModelPeriod>> ListModelsAsync(CancellationToken cancellationToken);

    /// <summary>The windows of one series, oldest first. Both ends of the query lie on bucket boundaries.</summary>
    /// <exception cref="MetricSourceException">The series cannot be read; the message says why and what to do.</exception>
    Task<SeriesReading> ReadAsync(SeriesQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// The share, 0 to 1, of each window's rows whose actuals have arrived, by the window's start; windows without rows are left
    /// out.
    /// </summary>
    Task<IReadOnlyDictionary<DateTimeOffset, double>> ReadCompletenessAsync(SeriesQuery query, CancellationToken cancellationToken);

    /// <summary>The metrics of an instance, each over the whole of <c>[start, end)</c>; both ends on full hours.</summary>
    Task<SpanReading> ReadSpanAsync(SpanQuery query, CancellationToken cancellationToken);

    /// <summary>Why the deployment has no values for a query, in a sentence; null when the settings do not tell.</summary>
    Task<string?> ExplainMissingAsync(SeriesQuery query, CancellationToken cancellationToken);
}

/// <summary>Which windows of which series: those that cover <c>[Start, End)</c>.</summary>
public sealed record SeriesQuery(string Instance, SeriesName Series, DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>The model whose windows they are; null for the current one.</summary>
    public string? ModelId { get; init; }
}

/// <summary>Which metrics of an instance over <c>[Start, End)</c> as one window.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Metrics">The metrics; none for all that the source has.</param>
/// <param name="Start">The start.</param>
/// <param name="End">The end.</param>
public sealed record SpanQuery(string Instance, IReadOnlyList<string> Metrics, DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>The model whose values they are; null for the current one.</summary>
    public string? ModelId { get; init; }
}

/// <summary>The windows of a series.</summary>
/// <param name="Windows">Oldest first.</param>
/// <param name="Note">Why there are none, when the deployment does not have the metric; null otherwise.</param>
public sealed record SeriesReading(IReadOnlyList<MetricWindow> Windows, string? Note = null);

/// <summary>A metric's window.</summary>
public sealed record MetricReading(string Metric, MetricWindow Window);

/// <summary>Metrics over a span.</summary>
/// <param name="Readings">One for each metric that was found.</param>
/// <param name="Notes">What was refused, and why; the other metrics are there all the same.</param>
public sealed record SpanReading(IReadOnlyList<MetricReading> Readings, IReadOnlyList<string> Notes);

/// <summary>The prediction server hosts of a deployment.</summary>
/// <param name="Hosts">Without <c>all</c>; empty when the source does not tell them apart.</param>
/// <param name="Families">Of the families that were asked about, those that the source can cut by host.</param>
/// <param name="Note">Why hosts are not told apart, or not for every family; null when they are.</param>
public sealed record HostListing(IReadOnlyList<string> Hosts, IReadOnlyCollection<MetricFamily> Families, string? Note = null)
{
    /// <summary>The families of which the source refuses to say whether it can: that is no answer.</summary>
    public IReadOnlyCollection<MetricFamily> Refused { get; init; } = [];
}
