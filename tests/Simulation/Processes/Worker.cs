using MetricsAlerts.Messaging;
using Simulation.Faults;

namespace Simulation.Processes;

/// <summary>Takes sessions from a queue and gives their messages, in order, to a stage, as a session trigger of Azure Functions does.</summary>
public sealed class Worker(FaultyQueue queue, IMessageHandler handler, string stage, TimeProvider time, Dice dice)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(20);

    /// <summary>Works for ever.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            try
            {
                await WorkOnSessionAsync();
            }
            catch (Exception exception) when (exception is not IndexOutOfRangeException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1 + dice.Next(5)), time);
            }
        }
    }

    private async Task WorkOnSessionAsync()
    {
        if (await queue.AcceptNextSessionAsync(LongestWait, CancellationToken.None) is not FaultyQueue.FaultySession session)
            return;
        try
        {
            while (await session.ReceiveAsync(1 + dice.Next(4), CancellationToken.None) is { Count: > 0 } messages)
            {
                foreach (var message in messages)
                {
                    if (!await HandleAsync(session, message))
                        return;
                }
            }
        }
        finally
        {
            await session.DisposeAsync();
        }
    }

    /// <summary>False when the rest of the session has to wait.</summary>
    private async Task<bool> HandleAsync(FaultyQueue.FaultySession session, ReceivedMessage message)
    {
        HandlerScope.Current = new(stage, message.DeliveryCount, session.Inner);
        try
        {
            if (await HandleUnderLockAsync(session, message) is Settlement.DeadLetter dead)
                await session.DeadLetterAsync(message, dead.Reason, dead.Description, CancellationToken.None);
            else
                await session.CompleteAsync(message, CancellationToken.None);
            return true;
        }
        catch (QueueLockLostException)
        {
            return false;
        }
        catch (Exception exception)
        {
            if (queue.Definition.IsLastDelivery(message.DeliveryCount))
            {
                await session.DeadLetterAsync(message, PoisonMessage.Reason, PoisonMessage.Describe(exception), CancellationToken.None);
                return true;
            }

            await Task.Delay(TimeSpan.FromSeconds(Math.Min(30, 1 << message.DeliveryCount)), time);
            await session.AbandonAsync(message, CancellationToken.None);
            return false;
        }
    }

    private async Task<Settlement> HandleUnderLockAsync(FaultyQueue.FaultySession session, ReceivedMessage message)
    {
        using var lockLost = new CancellationTokenSource();
        using var handled = new CancellationTokenSource();
        var renewing = RenewAsync(session, lockLost, handled.Token);
        try
        {
            return await handler.HandleAsync(message, lockLost.Token);
        }
        finally
        {
            handled.Cancel();
            await renewing;
        }
    }

    private async Task RenewAsync(FaultyQueue.FaultySession session, CancellationTokenSource lockLost, CancellationToken handled)
    {
        // Some hosts stop the handler when its lock is lost, some let it go on beside the next one.
        var stops = dice.Next(2) == 0;
        while (true)
        {
            // Every message ends here: an exception each time would cost more than the message.
            await Task.Delay(queue.Definition.LockDuration / 3, time, handled).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (handled.IsCancellationRequested)
                return;
            try
            {
                await session.RenewLockAsync(handled);
            }
            catch (QueueLockLostException)
            {
                if (stops)
                    lockLost.Cancel();
                return;
            }
            catch (Exception) when (!handled.IsCancellationRequested)
            {
                // Tried again until it is really lost.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
