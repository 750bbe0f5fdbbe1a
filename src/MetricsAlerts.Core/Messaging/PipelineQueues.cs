namespace MetricsAlerts.Messaging;

/// <summary>The pipeline's queues.</summary>
public static class PipelineQueues
{
    /// <summary>From Collect to Evaluate; session = series partition.</summary>
    public static QueueDefinition MetricWindows { get; } = new("metric-windows");

    /// <summary>From Evaluate to Notify, and Notify's own retries; session = group key.</summary>
    public static QueueDefinition Alerts { get; } = new("alerts") { DuplicateDetectionWindow = TimeSpan.FromDays(1) };

    /// <summary>Every queue that must exist.</summary>
    public static IReadOnlyList<QueueDefinition> All { get; } = [MetricWindows, Alerts];
}
