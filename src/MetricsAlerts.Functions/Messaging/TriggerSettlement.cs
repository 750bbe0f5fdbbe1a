using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using MetricsAlerts.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace MetricsAlerts.Functions.Messaging;

/// <summary>
/// Hands a trigger's message to a stage and settles it by what it returns. An exception leaves it to the host, which gives it back, and
/// Service Bus delivers it again at once: so the wait before that is here, under the lock that the host renews for ten minutes. At the last
/// delivery it is dead-lettered, with the exception's first line, which Service Bus itself would not know.
/// </summary>
internal static class TriggerSettlement
{
    public static async Task HandleAsync(
        this IMessageHandler handler,
        QueueDefinition queue,
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken)
    {
        Settlement settlement;
        try
        {
            settlement = await handler.HandleAsync(MessageMapping.ToReceived(message), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (!queue.IsLastDelivery(message.DeliveryCount))
            {
                await Task.Delay(Redelivery.BackOff(message.DeliveryCount), cancellationToken);
                throw;
            }

            settlement = new Settlement.DeadLetter(PoisonMessage.Reason, PoisonMessage.Describe(exception));
        }

        if (settlement is Settlement.DeadLetter dead)
        {
            await actions.DeadLetterMessageAsync(
                message, deadLetterReason: dead.Reason, deadLetterErrorDescription: dead.Description, cancellationToken: cancellationToken);
        }
        else
        {
            await actions.CompleteMessageAsync(message, cancellationToken);
        }
    }
}
