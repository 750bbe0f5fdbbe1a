namespace MetricsAlerts.Messaging;

/// <summary>
/// A queue in Service Bus's own model, as far as the pipeline uses it: sessions that are consumed in order by one consumer each,
/// duplicate detection by message id, scheduled enqueue, peek-lock, delivery count, and a dead-letter queue with reasons.
/// </summary>
public interface IQueue
{
    /// <summary>What the queue is called and how it behaves.</summary>
    QueueDefinition Definition { get; }

    /// <summary>
    /// Sends all messages, durably before the task completes. A message whose id was seen within
    /// <see cref="QueueDefinition.DuplicateDetectionWindow"/> is accepted and dropped.
    /// </summary>
    /// <exception cref="ArgumentException">A message is over one of the <see cref="QueueLimits"/>; none was sent.</exception>
    Task SendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken);

    /// <summary>
    /// Locks the session whose oldest due message has waited longest; null when none is free within <paramref name="maxWait"/>. A queue
    /// that could not even be asked throws.
    /// </summary>
    Task<IQueueSession?> AcceptNextSessionAsync(TimeSpan maxWait, CancellationToken cancellationToken);

    /// <summary>The oldest dead-lettered messages, left where they are.</summary>
    Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(int maxMessages, CancellationToken cancellationToken);

    /// <summary>A dead-lettered message, left where it is; null when it is not there.</summary>
    /// <param name="sequenceNumber">The message's <see cref="ReceivedMessage.SequenceNumber"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<DeadLetter?> FindDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a dead-lettered message out of the queue for good, and leaves all others as they are; null when it is not there.
    /// </summary>
    /// <param name="sequenceNumber">The message's <see cref="ReceivedMessage.SequenceNumber"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DeadLetterLockedException">Another receiver has it at the moment.</exception>
    Task<DeadLetter?> RemoveDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken);
}
