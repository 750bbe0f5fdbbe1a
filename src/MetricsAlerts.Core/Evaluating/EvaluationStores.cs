using MetricsAlerts.Alerts;
using MetricsAlerts.Messaging;
using MetricsAlerts.Routing;
using MetricsAlerts.Storage;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Evaluating;

/// <summary>What Evaluate reads and writes.</summary>
public sealed class EvaluationStores(
    ITableStore tables, AlertingDeployments alerting, DestinationStore destinations, HistoryStore history, PipelineQueues queues,
    IOptions<RoutingOptions> routing)
{
    internal DeploymentStore Deployments { get; } = new(tables);

    internal AlertingDeployments Alerting { get; } = alerting;

    internal AlertDispatcher Dispatcher { get; } = new(tables, destinations, history, queues.Notifications);

    internal RoutingOptions Routing { get; } = routing.Value;
}
