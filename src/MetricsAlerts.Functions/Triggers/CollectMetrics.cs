using MetricsAlerts.Scheduling;
using Microsoft.Azure.Functions.Worker;

namespace MetricsAlerts.Functions.Triggers;

/// <summary>
/// The stage Schedule on a timer. The setting has a flat name: what wakes an app that has been scaled to zero reads the app settings
/// without starting it, and knows no sections.
/// </summary>
public sealed class CollectMetrics(CollectionScheduler collector)
{
    [Function(nameof(CollectMetrics))]
    public Task RunAsync([TimerTrigger("%CollectionSchedule%", UseMonitor = true)] TimerInfo timer, CancellationToken cancellationToken) =>
        collector.RunAsync(cancellationToken);
}
