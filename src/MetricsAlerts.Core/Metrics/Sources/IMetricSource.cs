namespace MetricsAlerts.Metrics.Sources;

/// <summary>Where metric windows come from.</summary>
public interface IMetricSource
{
    /// <summary>Every deployment that can be seen.</summary>
    /// <exception cref="MetricSourceException">The source cannot be asked; the message says what to do.</exception>
    IAsyncEnumerable<Deployment> ListDeploymentsAsync(CancellationToken cancellationToken);

    /// <summary>The deployment of this id, or null when it is gone or not visible.</summary>
    Task<Deployment?> FindDeploymentAsync(string deploymentId, CancellationToken cancellationToken);

    /// <summary>Starts to read one deployment. What it is asked twice it answers from memory: open it anew for every tick.</summary>
    IDeploymentMetrics Open(Deployment deployment);
}
