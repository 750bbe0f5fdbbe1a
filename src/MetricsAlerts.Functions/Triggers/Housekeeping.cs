using MetricsAlerts.Operations;
using Microsoft.Azure.Functions.Worker;

namespace MetricsAlerts.Functions.Triggers;

/// <summary>Forgets what is long over and measures what waits for people.</summary>
public sealed class Housekeeping(Housekeeper housekeeper)
{
    [Function(nameof(Housekeeping))]
    public Task RunAsync([TimerTrigger("%HousekeepingSchedule%")] TimerInfo timer, CancellationToken cancellationToken) =>
        housekeeper.CleanAsync(cancellationToken);
}
