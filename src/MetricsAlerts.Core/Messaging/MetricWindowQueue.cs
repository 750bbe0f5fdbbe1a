namespace MetricsAlerts.Messaging;

/// <summary>The way from Collect to Evaluate.</summary>
public sealed class MetricWindowQueue(IQueue queue)
{
    /// <summary>The queue.</summary>
    public IQueue Queue => queue;
}
