using MetricsAlerts.Messaging;

namespace Simulation.Ports;

/// <summary>A session of a <see cref="MemoryQueue"/> under lock.</summary>
public sealed class MemorySession(MemoryQueue queue, string sessionId) : IQueueSession
{
    /// <inheritdoc/>
    public string SessionId => sessionId;

    /// <inheritdoc/>
    public DateTimeOffset LockedUntil { get; internal set; }

    /// <summary>Takes the lock away before its time, as a service does that moves a partition.</summary>
    public void LoseLock() => queue.Free(this, isLost: true);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, CancellationToken cancellationToken) =>
        Try(() => queue.Receive(this, maxMessages));

    /// <inheritdoc/>
    public Task CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) => Try(() => queue.Remove(this, message));

    /// <inheritdoc/>
    public Task AbandonAsync(ReceivedMessage message, CancellationToken cancellationToken) => Try(() => queue.GiveBack(this, message));

    /// <inheritdoc/>
    public Task DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
        Try(() => queue.Bury(this, message, QueueLimits.CutReason(reason), QueueLimits.CutDescription(description)));

    /// <inheritdoc/>
    public Task RenewLockAsync(CancellationToken cancellationToken) => Try(() => queue.Renew(this));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        queue.Free(this);
        return ValueTask.CompletedTask;
    }

    private static Task Try(Action action) => Try(() =>
    {
        action();
        return true;
    });

    private static Task<T> Try<T>(Func<T> action)
    {
        try
        {
            return Task.FromResult(action());
        }
        catch (QueueLockLostException exception)
        {
            return Task.FromException<T>(exception);
        }
    }
}
