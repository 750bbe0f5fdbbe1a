using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Messaging;

/// <summary>
/// One delivery by a host's trigger, such as Azure Functions'. An exception makes such a host give the message back, and the queue delivers
/// it again at once: so the wait before that is here, as long as <see cref="QueueWorker"/> waits, under the lock that the host renews. At
/// the last delivery the message is dead-lettered with what went wrong, which the queue itself would not know.
/// </summary>
/// <param name="time">The clock of the wait.</param>
/// <param name="logger">The log.</param>
public sealed class TriggeredDelivery(TimeProvider time, ILogger<TriggeredDelivery> logger)
{
    /// <summary>The time by the clock of the wait.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Hands a message to a stage and settles it by what the stage returns.</summary>
    /// <param name="queue">The queue that it comes from.</param>
    /// <param name="handler">The stage.</param>
    /// <param name="message">The message, locked by the host.</param>
    /// <param name="settle">Tells the host how the message is settled.</param>
    /// <param name="stopping">The host stops: nothing is waited for any more. What was done is settled all the same.</param>
    /// <exception cref="Exception">What the stage or the settlement threw, after the wait: the host gives the message back.</exception>
    public async Task DeliverAsync(
        QueueDefinition queue,
        IMessageHandler handler,
        ReceivedMessage message,
        Func<Settlement, Task> settle,
        CancellationToken stopping)
    {
        try
        {
            await SettleAsync(queue, message, await handler.HandleAsync(message, stopping), null, settle);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            if (!queue.IsLastDelivery(message.DeliveryCount))
            {
                DeliveryLog.Failed(logger, queue.Name, message.MessageId, message.DeliveryCount, exception);
                await Task.Delay(Redelivery.BackOff(message.DeliveryCount), time, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            await SettleAsync(queue, message, PoisonMessage.Settle(exception), exception, settle);
        }
    }

    private Task SettleAsync(
        QueueDefinition queue, ReceivedMessage message, Settlement settlement, Exception? exception, Func<Settlement, Task> settle)
    {
        if (settlement is not Settlement.DeadLetter dead)
            return settle(settlement);
        dead = dead with { Reason = QueueLimits.CutReason(dead.Reason), Description = QueueLimits.CutDescription(dead.Description) };
        DeliveryLog.DeadLettered(logger, queue.Name, message.MessageId, dead.Reason, dead.Description, exception);
        return settle(dead);
    }
}
