namespace MetricsAlerts.Messaging;

/// <summary>A dead letter is there, but another receiver has it locked at the moment.</summary>
public sealed class DeadLetterLockedException(QueueDefinition queue, long sequenceNumber)
    : Exception($"Dead letter {sequenceNumber} of queue '{queue.Name}' is locked by another receiver; a lock lasts {queue.LockDuration}.");
