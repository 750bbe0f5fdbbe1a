using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>
/// Reads the windows of one family of metrics. A new family is one class and its line in <see cref="DataRobotServices"/>.
/// </summary>
internal interface IMetricFamilyReader
{
    /// <summary>Whether the metric is of this family.</summary>
    bool Reads(MetricDefinition metric);

    /// <summary>The metrics of the family that the deployment has; those that cost a request only when a pattern could mean them.</summary>
    Task<IReadOnlyList<string>> ListAsync(FamilyRequest request, IReadOnlyList<Glob> patterns, CancellationToken cancellationToken);

    /// <summary>The windows that cover the query's period, or why the deployment does not have the metric.</summary>
    Task<SeriesReading> ReadAsync(FamilyRequest request, string metric, WindowQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Metrics of the family over the query's period as one window: those that are asked for, or all that one request gives.
    /// </summary>
    Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        FamilyRequest request, IReadOnlyList<string> asked, WindowQuery query, CancellationToken cancellationToken);
}

/// <summary>Of which deployment to read, and through which client.</summary>
internal sealed record FamilyRequest(DataRobotClient Client, Deployment Deployment);
