using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using MetricsAlerts.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace MetricsAlerts.Functions.Messaging;

/// <summary>Hands a trigger's message to a stage, and tells the host how it is settled.</summary>
internal static class TriggerSettlement
{
    public static Task DeliverAsync(
        this TriggeredDelivery delivery,
        QueueDefinition queue,
        IMessageHandler handler,
        (ServiceBusReceivedMessage Message, ServiceBusMessageActions Actions) trigger,
        CancellationToken cancellationToken) => delivery.DeliverAsync(
            queue,
            handler,
            MessageMapping.ToReceived(trigger.Message),
            settlement => SettleAsync(trigger.Actions, trigger.Message, settlement, delivery.Now),
            cancellationToken);

    /// <summary>What was done is recorded, also when the host is about to stop.</summary>
    private static Task SettleAsync(
        ServiceBusMessageActions actions, ServiceBusReceivedMessage message, Settlement settlement, DateTimeOffset at) =>
        settlement is Settlement.DeadLetter dead
            ? actions.DeadLetterMessageAsync(
                message,
                MessageMapping.DeadLetterProperties(at),
                deadLetterReason: dead.Reason,
                deadLetterErrorDescription: dead.Description,
                cancellationToken: CancellationToken.None)
            : actions.CompleteMessageAsync(message, CancellationToken.None);
}
