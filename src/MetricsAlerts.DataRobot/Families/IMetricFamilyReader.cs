using MetricsAlerts.Collecting;
using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>Reads the windows of one family of metrics. A new family is one class.</summary>
internal interface IMetricFamilyReader
{
    /// <summary>The family.</summary>
    MetricFamily Family { get; }

    /// <summary>The metrics of the family that a deployment can have.</summary>
    IEnumerable<string> MetricsOf(Deployment deployment);

    /// <summary>The windows that cover the query's period.</summary>
    Task<OverTimeModel> ReadAsync(DataRobotClient client, string deploymentId, string metric, WindowQuery query, CancellationToken cancellationToken);

    /// <summary>Every metric of the family over the query's period as one window.</summary>
    Task<IReadOnlyList<MetricReading>> ReadSpanAsync(DataRobotClient client, string deploymentId, WindowQuery query, CancellationToken cancellationToken);
}
