using MetricsAlerts.Alerts;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying;
using MetricsAlerts.Routing;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Operations;

/// <summary>What housekeeping cleans.</summary>
public sealed class HousekeepingStores(
    ITableStore tables,
    AlertingDeployments alerting,
    PendingGroups pending,
    HistoryStore history,
    PipelineQueues queues)
{
    internal GroupStore Groups { get; } = new(tables);

    internal AlertingDeployments Alerting { get; } = alerting;

    internal PendingGroups Pending { get; } = pending;

    internal HistoryStore History { get; } = history;

    internal PipelineQueues Queues { get; } = queues;
}
