using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using Microsoft.Azure.Functions.Worker;

namespace MetricsAlerts.Functions.Messaging;

/// <summary>Hands a trigger's message to a stage and settles it by the answer; an exception leaves it to the host, which gives it back.</summary>
internal static class TriggerSettlement
{
    public static async Task HandleAsync(
        this IMessageHandler handler, ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken cancellationToken)
    {
        switch (await handler.HandleAsync(MessageMapping.ToReceived(message), cancellationToken))
        {
            case Settlement.DeadLetter dead:
                await actions.DeadLetterMessageAsync(message, deadLetterReason: dead.Reason, deadLetterErrorDescription: dead.Description, cancellationToken: cancellationToken);
                break;
            default:
                await actions.CompleteMessageAsync(message, cancellationToken);
                break;
        }
    }
}
