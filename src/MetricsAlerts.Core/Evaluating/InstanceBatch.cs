using MetricsAlerts.Metrics;

namespace MetricsAlerts.Evaluating;

/// <summary>New and revised windows of one deployment instance.</summary>
public sealed record InstanceBatch(Deployment Deployment, string Instance, IReadOnlyList<SeriesWindows> Series)
{
    /// <summary>The windows are a back-fill: only the state they end in counts.</summary>
    public bool History { get; init; }

    /// <summary>The deployment is no longer there: open alerts resolve.</summary>
    public bool DeploymentGone { get; init; }

    /// <summary>A deployment's batch, instance by instance.</summary>
    public static IEnumerable<InstanceBatch> Of(MetricBatch batch)
    {
        if (batch.Deployment is not { } deployment)
            return [];
        return batch.DeploymentGone
            ? [new(deployment, Instances.All, []) { DeploymentGone = true }]
            : batch.Instances.Select(instance => new InstanceBatch(deployment, instance.Instance, instance.Series) { History = instance.Series.Any(series => series.Windows.Count > 24) });
    }
}
