namespace MetricsAlerts.Messaging;

/// <summary>The pipeline's queues.</summary>
public static class QueueDefinitions
{
    /// <summary>From the timer to Collect; session = shard of deployments.</summary>
    public static QueueDefinition Collect { get; } = new("collect");

    /// <summary>From Schedule and Collect to Evaluate; session = deployment.</summary>
    public static QueueDefinition MetricWindows { get; } = new("metric-windows");

    /// <summary>Wakes for Notify; session = channel and group.</summary>
    public static QueueDefinition Notifications { get; } = new("notifications");

    /// <summary>Every queue that must exist.</summary>
    public static IReadOnlyList<QueueDefinition> All { get; } = [Collect, MetricWindows, Notifications];
}
