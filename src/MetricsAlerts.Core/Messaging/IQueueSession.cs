namespace MetricsAlerts.Messaging;

/// <summary>A locked session. Disposing it gives the lock back; a lock that is not renewed expires and another consumer goes on.</summary>
public interface IQueueSession : IAsyncDisposable
{
    /// <summary>The session's id.</summary>
    string SessionId { get; }

    /// <summary>Until when the session, and every message received through it, is locked.</summary>
    DateTimeOffset LockedUntil { get; }

    /// <summary>The next due messages in order, each with its delivery counted; empty when there are none now.</summary>
    /// <exception cref="QueueLockLostException">The lock has expired.</exception>
    Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, CancellationToken cancellationToken);

    /// <summary>Removes a message that was dealt with.</summary>
    /// <exception cref="QueueLockLostException">The lock has expired: the message will be delivered again.</exception>
    Task CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken);

    /// <summary>Gives a message back; past the queue's maximum delivery count it is dead-lettered.</summary>
    Task AbandonAsync(ReceivedMessage message, CancellationToken cancellationToken);

    /// <summary>Moves a message to the dead-letter queue; reason and description are cut to fit (<see cref="QueueLimits"/>).</summary>
    Task DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken);

    /// <summary>Extends the lock to a whole lock duration from now.</summary>
    Task RenewLockAsync(CancellationToken cancellationToken);
}
