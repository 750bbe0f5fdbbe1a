namespace MetricsAlerts.Testing.Amqp;

/// <summary>A message as the broker keeps it.</summary>
internal sealed class StoredMessage
{
    public required string MessageId { get; init; }

    /// <summary>Null where the sender named none, which a queue with sessions refuses.</summary>
    public required string? SessionId { get; init; }

    public required string? ContentType { get; init; }

    public required string? Subject { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>The sender's, and what a dead-letter reason adds.</summary>
    public required Dictionary<string, object> Properties { get; init; }

    public required DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>Given when it becomes visible; it stays with it in the dead-letter queue.</summary>
    public long SequenceNumber { get; set; }

    public DateTimeOffset EnqueuedAt { get; set; }

    /// <summary>Deliveries that ended without success.</summary>
    public int FailedDeliveries { get; set; }
}

/// <summary>A message on its way to a receiver.</summary>
/// <param name="Token">The lock token, which is the delivery tag too.</param>
/// <param name="Message">The message.</param>
/// <param name="LockedUntil">Until when it is the receiver's.</param>
internal sealed record LockedMessage(Guid Token, StoredMessage Message, DateTimeOffset LockedUntil);
