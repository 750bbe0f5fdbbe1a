using Azure.Messaging.ServiceBus;
using MetricsAlerts.Functions.Messaging;
using MetricsAlerts.Messaging;
using MetricsAlerts.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Functions.Triggers;

/// <summary>Reads one shard of deployments and publishes their new and revised windows.</summary>
public sealed class CollectShard(
    [FromKeyedServices("collect")] IMessageHandler collection, TriggeredDelivery delivery)
{
    [Function(nameof(CollectShard))]
    public Task RunAsync(
        [ServiceBusTrigger(
            "collect", Connection = ServiceBusConnection.Name, IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken) =>
        delivery.DeliverAsync(QueueDefinitions.Collect, collection, (message, actions), cancellationToken);
}
