using Azure.Messaging.ServiceBus;
using MetricsAlerts.Functions.Messaging;
using MetricsAlerts.Messaging;
using MetricsAlerts.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Functions.Triggers;

/// <summary>The stage Notify on the queue of wakes.</summary>
public sealed class SendNotifications(
    [FromKeyedServices("notifications")] IMessageHandler handler, TriggeredDelivery delivery)
{
    [Function(nameof(SendNotifications))]
    public Task RunAsync(
        [ServiceBusTrigger(
            "notifications", Connection = ServiceBusConnection.Name, IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken) =>
        delivery.DeliverAsync(QueueDefinitions.Notifications, handler, (message, actions), cancellationToken);
}
