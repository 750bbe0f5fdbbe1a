namespace MetricsAlerts.Messaging;

/// <summary>A message to send.</summary>
/// <param name="MessageId">Identifies the content for duplicate detection; at most 128 characters.</param>
/// <param name="SessionId">Messages of one session are consumed in order by one consumer; at most 128 characters.</param>
/// <param name="Schema">The body's form with its version, such as <c>metric-batch/1</c>.</param>
/// <param name="Body">The message as UTF-8 JSON.</param>
public sealed record QueueMessage(string MessageId, string SessionId, string Schema, ReadOnlyMemory<byte> Body)
{
    /// <summary>When the message becomes visible; null for at once.</summary>
    public DateTimeOffset? EnqueueAt { get; init; }

    /// <summary>The W3C trace context of the work that sent it.</summary>
    public string? TraceParent { get; init; }
}
