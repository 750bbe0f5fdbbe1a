using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Messaging;

/// <summary>
/// Keeps a session locked while something is done under it. How old the lock is goes by elapsed time, so that a clock that is set changes
/// nothing. A renewal that fails is tried again until the lock has run out.
/// </summary>
internal sealed partial class SessionLock(IQueue queue, IQueueSession session, TimeProvider time, ILogger logger)
{
    private readonly TimeSpan _duration = queue.Definition.LockDuration;
    private long _renewed = time.GetTimestamp();

    /// <summary>Whether the lock was lost: another consumer may have the session by now.</summary>
    public bool IsLost { get; private set; }

    private TimeSpan Left => _duration - time.GetElapsedTime(_renewed);

    /// <summary>Does something that may take longer than the lock lasts; its token is cancelled when the lock is lost.</summary>
    public async Task<T> WhileAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var done = new CancellationTokenSource();
        var keeping = KeepAsync(lost, done.Token);
        try
        {
            lost.Token.ThrowIfCancellationRequested();
            return await work(lost.Token);
        }
        finally
        {
            await done.CancelAsync();
            await keeping;
        }
    }

    private async Task KeepAsync(CancellationTokenSource lost, CancellationToken done)
    {
        try
        {
            for (var wait = Left - (_duration / 2); ; wait = await TryRenewAsync(done) ? Left - (_duration / 2) : RetryAfter())
            {
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, done);
                if (Left <= TimeSpan.Zero)
                    break;
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            return;
        }
        catch (QueueLockLostException)
        {
            // Somebody else has the session.
        }

        IsLost = true;
        await lost.CancelAsync();
    }

    /// <summary>A twelfth of the lock's time, and at the end of it once more.</summary>
    private TimeSpan RetryAfter() => TimeSpan.FromTicks(Math.Min((_duration / 12).Ticks, Left.Ticks));

    private async Task<bool> TryRenewAsync(CancellationToken done)
    {
        try
        {
            await RenewAsync(done).WaitAsync(Left > TimeSpan.Zero ? Left : TimeSpan.Zero, time, done);
            return true;
        }
        catch (Exception exception) when (exception is not QueueLockLostException && !done.IsCancellationRequested)
        {
            Log.NotRenewed(logger, queue.Definition.Name, session.SessionId, exception);
            return false;
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        await session.RenewLockAsync(cancellationToken);
        _renewed = asked;
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 405, Level = LogLevel.Warning,
            Message = "The lock on session {SessionId} of queue {Queue} could not be renewed; trying again until it is lost")]
        public static partial void NotRenewed(ILogger logger, string queue, string sessionId, Exception exception);
    }
}
