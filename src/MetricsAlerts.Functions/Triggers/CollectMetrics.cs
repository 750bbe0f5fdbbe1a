using MetricsAlerts.Scheduling;
using Microsoft.Azure.Functions.Worker;

namespace MetricsAlerts.Functions.Triggers;

/// <summary>The stage Collect on a timer.</summary>
public sealed class CollectMetrics(CollectionScheduler collector)
{
    [Function(nameof(CollectMetrics))]
    public Task RunAsync([TimerTrigger("%Collection:Schedule%", UseMonitor = true)] TimerInfo timer, CancellationToken cancellationToken) =>
        collector.RunAsync(cancellationToken);
}
