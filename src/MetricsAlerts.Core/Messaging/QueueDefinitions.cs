namespace MetricsAlerts.Messaging;

/// <summary>The pipeline's queues.</summary>
public static class QueueDefinitions
{
    /// <summary>From the timer to Collect; session = shard of deployments.</summary>
    public static QueueDefinition Collect { get; } = new("collect");

    /// <summary>From Collect to Evaluate; session = series partition.</summary>
    public static QueueDefinition MetricWindows { get; } = new("metric-windows");

    /// <summary>From Evaluate to Notify, and Notify's own retries; session = group key.</summary>
    public static QueueDefinition Alerts { get; } = new("alerts") { DuplicateDetectionWindow = TimeSpan.FromDays(1) };

    /// <summary>Every queue that must exist.</summary>
    public static IReadOnlyList<QueueDefinition> All { get; } = [Collect, MetricWindows, Alerts];
}
