using Azure.Messaging.ServiceBus;
using MetricsAlerts.Functions.Composition;
using MetricsAlerts.Functions.Messaging;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying;
using Microsoft.Azure.Functions.Worker;

namespace MetricsAlerts.Functions.Triggers;

/// <summary>The stage Notify on the queue of alerts.</summary>
public sealed class SendAlerts(NotifyHandler delivery)
{
    [Function(nameof(SendAlerts))]
    public Task RunAsync(
        [ServiceBusTrigger("alerts", Connection = ServiceBusConnection.Name, IsSessionsEnabled = true, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken) =>
        delivery.HandleAsync(QueueDefinitions.Alerts, message, actions, cancellationToken);
}
