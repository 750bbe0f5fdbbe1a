using MetricsAlerts.Messaging;

namespace MetricsAlerts.Collecting;

/// <summary>The way from the timer to Collect: one message for each shard of deployments.</summary>
public sealed class CollectionQueue(IQueue queue)
{
    /// <summary>The queue.</summary>
    public IQueue Queue => queue;
}
