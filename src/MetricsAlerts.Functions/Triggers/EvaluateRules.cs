using Azure.Messaging.ServiceBus;
using MetricsAlerts.Functions.Messaging;
using MetricsAlerts.Messaging;
using MetricsAlerts.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Functions.Triggers;

/// <summary>The stage Evaluate on the queue of metric windows.</summary>
public sealed class EvaluateRules(
    [FromKeyedServices("metric-windows")] IMessageHandler evaluation, TriggeredDelivery delivery)
{
    [Function(nameof(EvaluateRules))]
    public Task RunAsync(
        [ServiceBusTrigger(
            "metric-windows", Connection = ServiceBusConnection.Name, IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken) =>
        delivery.DeliverAsync(QueueDefinitions.MetricWindows, evaluation, (message, actions), cancellationToken);
}
