namespace MetricsAlerts.Messaging;

/// <summary>The pipeline's three queues.</summary>
/// <param name="Collect">From Schedule to Collect.</param>
/// <param name="MetricWindows">From Schedule and Collect to Evaluate.</param>
/// <param name="Notifications">From Schedule, Evaluate and Notify itself to Notify.</param>
public sealed record PipelineQueues(IQueue Collect, IQueue MetricWindows, IQueue Notifications)
{
    /// <summary>Each stage's queue, in the order of the flow.</summary>
    public IReadOnlyList<(string Stage, IQueue Queue)> ByStage => [("collect", Collect), ("evaluate", MetricWindows), ("notify", Notifications)];
}
