using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Messaging;

/// <summary>Takes sessions from a queue and gives their messages, in order, to a stage. What Azure Functions' trigger does, for the embedded head.</summary>
public sealed partial class QueueWorker(IQueue queue, IMessageHandler handler, TimeProvider time, ILogger<QueueWorker> logger)
{
    private const int MessagesAtOnce = 32;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Works until cancelled, on so many sessions at the same time.</summary>
    public async Task RunAsync(int concurrency, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(() => LoopAsync(cancellationToken), cancellationToken)));

        async Task LoopAsync(CancellationToken cancellation)
        {
            while (!cancellation.IsCancellationRequested)
            {
                try
                {
                    await WorkOnSessionAsync(LongestWait, waitAfterFailure: true, cancellation);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    Log.QueueFailed(logger, queue.Definition.Name, exception);
                    await Task.Delay(TimeSpan.FromSeconds(5), time, cancellation);
                }
            }
        }
    }

    /// <summary>Works until no message is due. Answers how many were dealt with.</summary>
    public async Task<int> DrainAsync(int concurrency, CancellationToken cancellationToken)
    {
        var handled = await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(LoopAsync, cancellationToken)));
        return handled.Sum();

        async Task<int> LoopAsync()
        {
            var total = 0;
            while (await WorkOnSessionAsync(TimeSpan.Zero, waitAfterFailure: false, cancellationToken) is var count and >= 0)
                total += count;
            return total;
        }
    }

    /// <summary>Answers the messages dealt with, or -1 when no session was free.</summary>
    private async Task<int> WorkOnSessionAsync(TimeSpan wait, bool waitAfterFailure, CancellationToken cancellationToken)
    {
        await using var session = await queue.AcceptNextSessionAsync(wait, cancellationToken);
        if (session is null)
            return -1;
        var handled = 0;
        try
        {
            while (await session.ReceiveAsync(MessagesAtOnce, cancellationToken) is { Count: > 0 } messages)
            {
                foreach (var message in messages)
                {
                    if (session.LockedUntil - time.GetUtcNow() < queue.Definition.LockDuration / 2)
                        await session.RenewLockAsync(cancellationToken);
                    if (!await HandleAsync(session, message, waitAfterFailure, cancellationToken))
                        return handled;
                    handled++;
                }
            }
        }
        catch (QueueLockLostException exception)
        {
            Log.LockLost(logger, queue.Definition.Name, session.SessionId, exception);
        }

        return handled;
    }

    private async Task<bool> HandleAsync(IQueueSession session, ReceivedMessage message, bool waitAfterFailure, CancellationToken cancellationToken)
    {
        try
        {
            switch (await HandleUnderLockAsync(session, message, cancellationToken))
            {
                case Settlement.DeadLetter dead:
                    Log.DeadLettered(logger, queue.Definition.Name, message.MessageId, dead.Reason, dead.Description);
                    await session.DeadLetterAsync(message, dead.Reason, dead.Description, cancellationToken);
                    break;
                default:
                    await session.CompleteAsync(message, cancellationToken);
                    break;
            }

            return true;
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or QueueLockLostException))
        {
            Log.Failed(logger, queue.Definition.Name, message.MessageId, message.DeliveryCount, exception);
            if (queue.Definition.IsLastDelivery(message.DeliveryCount))
            {
                await session.DeadLetterAsync(message, PoisonMessage.Reason, PoisonMessage.Describe(exception), cancellationToken);
                return true;
            }

            if (waitAfterFailure)
                await Task.Delay(Backoff(message.DeliveryCount), time, cancellationToken);
            await session.AbandonAsync(message, cancellationToken);
            return false;
        }
    }

    /// <summary>Keeps the lock while the stage works: a channel that hangs may take longer than the lock lasts.</summary>
    private async Task<Settlement> HandleUnderLockAsync(IQueueSession session, ReceivedMessage message, CancellationToken cancellationToken)
    {
        using var handled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renewing = RenewAsync(session, handled.Token);
        try
        {
            return await handler.HandleAsync(message, cancellationToken);
        }
        finally
        {
            await handled.CancelAsync();
            await renewing;
        }
    }

    private async Task RenewAsync(IQueueSession session, CancellationToken handled)
    {
        using var timer = new PeriodicTimer(queue.Definition.LockDuration / 2, time);
        try
        {
            while (await timer.WaitForNextTickAsync(handled))
                await session.RenewLockAsync(handled);
        }
        catch (OperationCanceledException) when (handled.IsCancellationRequested)
        {
            // The message is dealt with.
        }
        catch (Exception exception)
        {
            // Settling the message will show that the lock is lost; the stage must not fail for it in between.
            Log.NotRenewed(logger, queue.Definition.Name, session.SessionId, exception);
        }
    }

    /// <summary>1 s, 2 s, 4 s … to 30 s: a dependency that is down must not use up the deliveries in a moment.</summary>
    private static TimeSpan Backoff(int deliveryCount) => TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, deliveryCount - 1)));

    private static partial class Log
    {
        [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "Message {MessageId} of queue {Queue} failed at delivery {DeliveryCount}; it is given back")]
        public static partial void Failed(ILogger logger, string queue, string messageId, int deliveryCount, Exception exception);

        [LoggerMessage(EventId = 402, Level = LogLevel.Error, Message = "Message {MessageId} of queue {Queue} is dead-lettered: {Reason}, {Description}")]
        public static partial void DeadLettered(ILogger logger, string queue, string messageId, string reason, string description);

        [LoggerMessage(EventId = 403, Level = LogLevel.Warning, Message = "The lock on session {SessionId} of queue {Queue} was lost; its messages come again")]
        public static partial void LockLost(ILogger logger, string queue, string sessionId, Exception exception);

        [LoggerMessage(EventId = 405, Level = LogLevel.Warning, Message = "The lock on session {SessionId} of queue {Queue} could not be renewed")]
        public static partial void NotRenewed(ILogger logger, string queue, string sessionId, Exception exception);

        [LoggerMessage(EventId = 404, Level = LogLevel.Error, Message = "Queue {Queue} cannot be read; trying again")]
        public static partial void QueueFailed(ILogger logger, string queue, Exception exception);
    }
}
