using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Messaging;

/// <summary>
/// Takes sessions from a queue and gives their messages, in order, to a stage. What Azure Functions' trigger does, for the embedded head.
/// Nothing that a stage or a queue throws ends it; only its own cancellation does.
/// </summary>
public sealed partial class QueueWorker(IQueue queue, IMessageHandler handler, TimeProvider time, ILogger<QueueWorker> logger)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Works until cancelled, on so many sessions at the same time.</summary>
    public Task RunAsync(int concurrency, CancellationToken cancellationToken) => RunAsync(concurrency, TimeSpan.Zero, cancellationToken);

    /// <summary>
    /// Works until it is to stop, on so many sessions at the same time. Then it takes no message more; those that are being handled may end,
    /// and are settled, for as long as <paramref name="drain"/>, and are cancelled only then.
    /// </summary>
    public async Task RunAsync(int concurrency, TimeSpan drain, CancellationToken stopping)
    {
        using var handling = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stop = stopping.Register(() => Cancel(handling, drain));
        var work = new Work(WaitAfterFailure: true, stopping, handling.Token);
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(() => LoopAsync(work), CancellationToken.None)));
    }

    /// <summary>Works until no message is due. Returns how many were dealt with.</summary>
    public async Task<int> DrainAsync(int concurrency, CancellationToken cancellationToken)
    {
        var work = new Work(WaitAfterFailure: false, cancellationToken, cancellationToken);
        var handled = await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(LoopAsync, cancellationToken)));
        return handled.Sum();

        async Task<int> LoopAsync()
        {
            var total = 0;
            while (await WorkOnSessionAsync(TimeSpan.Zero, work) is var count and >= 0)
                total += count;
            cancellationToken.ThrowIfCancellationRequested();
            return total;
        }
    }

    private static void Cancel(CancellationTokenSource handling, TimeSpan drain)
    {
        if (drain > TimeSpan.Zero)
            handling.CancelAfter(drain);
        else
            handling.Cancel();
    }

    private async Task LoopAsync(Work work)
    {
        while (!work.Stopping.IsCancellationRequested)
        {
            try
            {
                await WorkOnSessionAsync(LongestWait, work);
            }
            catch (OperationCanceledException) when (work.Stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.QueueFailed(logger, queue.Definition.Name, exception);
                await WaitAsync(AfterFailure, work.Stopping);
            }
        }
    }

    /// <summary>Returns the messages dealt with, or -1 when no session was free.</summary>
    private async Task<int> WorkOnSessionAsync(TimeSpan wait, Work work)
    {
        await using var session = await queue.AcceptNextSessionAsync(wait, work.Stopping);
        if (session is null)
            return -1;
        var handled = 0;
        try
        {
            // One at a time: what was received counts as delivered, and a process that dies has then tried it.
            var held = new SessionLock(queue, session, time, logger);
            while (!work.Stopping.IsCancellationRequested && await session.ReceiveAsync(1, work.Stopping) is [var message])
            {
                if (!await HandleAsync(session, held, message, work))
                    return handled;
                handled++;
            }
        }
        catch (QueueLockLostException exception)
        {
            Log.LockLost(logger, queue.Definition.Name, session.SessionId, exception);
        }

        return handled;
    }

    /// <summary>Returns whether the session can go on with its next message.</summary>
    private async Task<bool> HandleAsync(IQueueSession session, SessionLock held, ReceivedMessage message, Work work)
    {
        Settlement settlement;
        try
        {
            settlement = await held.WhileAsync(cancellation => handler.HandleAsync(message, cancellation), work.Handling);
        }
        catch (Exception exception)
        {
            ThrowIfLost(session, held, exception);

            // Whoever was stopped has not failed.
            work.Handling.ThrowIfCancellationRequested();
            return await FailAsync(session, held, message, exception, work);
        }

        ThrowIfLost(session, held, null);
        try
        {
            await SettleAsync(session, message, settlement, exception: null);
            return true;
        }
        catch (Exception exception) when (exception is not QueueLockLostException)
        {
            return await FailAsync(session, held, message, exception, work);
        }
    }

    /// <summary>What was done is recorded whatever happens: nothing cancels it.</summary>
    private async Task SettleAsync(IQueueSession session, ReceivedMessage message, Settlement settlement, Exception? exception)
    {
        if (settlement is Settlement.DeadLetter dead)
        {
            DeliveryLog.DeadLettered(logger, queue.Definition.Name, message.MessageId, dead.Reason, dead.Description, exception);
            await session.DeadLetterAsync(message, dead.Reason, dead.Description, CancellationToken.None);
        }
        else
        {
            await session.CompleteAsync(message, CancellationToken.None);
        }
    }

    private async Task<bool> FailAsync(IQueueSession session, SessionLock held, ReceivedMessage message, Exception exception, Work work)
    {
        if (queue.Definition.IsLastDelivery(message.DeliveryCount))
        {
            await SettleAsync(session, message, PoisonMessage.Settle(exception), exception);
            return true;
        }

        DeliveryLog.Failed(logger, queue.Definition.Name, message.MessageId, message.DeliveryCount, exception);
        if (work.WaitAfterFailure)
            await held.WhileAsync(cancellation => WaitAsync(Redelivery.BackOff(message.DeliveryCount), cancellation), work.Stopping);
        ThrowIfLost(session, held, exception);
        await session.AbandonAsync(message, CancellationToken.None);
        return false;
    }

    private void ThrowIfLost(IQueueSession session, SessionLock held, Exception? exception)
    {
        if (held.IsLost)
            throw new QueueLockLostException(queue.Definition.Name, session.SessionId, exception);
    }

    /// <summary>Waits until then or until it is cancelled; returns whether it was.</summary>
    private async Task<bool> WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(wait, time, cancellationToken);
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <param name="WaitAfterFailure">Whether a message that failed waits before it is given back.</param>
    /// <param name="Stopping">No message is taken any more.</param>
    /// <param name="Handling">The stage is to give up.</param>
    private sealed record Work(bool WaitAfterFailure, CancellationToken Stopping, CancellationToken Handling);

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 403, Level = LogLevel.Warning,
            Message = "The lock on session {SessionId} of queue {Queue} was lost; its messages come again")]
        public static partial void LockLost(ILogger logger, string queue, string sessionId, Exception exception);

        [LoggerMessage(EventId = 404, Level = LogLevel.Error, Message = "Queue {Queue} cannot be read or written; trying again")]
        public static partial void QueueFailed(ILogger logger, string queue, Exception exception);
    }
}
