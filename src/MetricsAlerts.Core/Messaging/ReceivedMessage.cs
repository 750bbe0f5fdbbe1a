namespace MetricsAlerts.Messaging;

/// <summary>A message under lock.</summary>
/// <param name="MessageId">The id that the sender gave.</param>
/// <param name="SessionId">The session it belongs to.</param>
/// <param name="Schema">The body's form with its version.</param>
/// <param name="Body">The message as UTF-8 JSON.</param>
/// <param name="DeliveryCount">How often it was delivered, this time included: 1 the first time.</param>
/// <param name="SequenceNumber">The queue's own number, ascending in order of arrival.</param>
/// <param name="EnqueuedAt">When it became visible.</param>
public sealed record ReceivedMessage(
    string MessageId, string SessionId, string Schema, ReadOnlyMemory<byte> Body, int DeliveryCount, long SequenceNumber, DateTimeOffset EnqueuedAt)
{
    /// <summary>The W3C trace context of the work that sent it.</summary>
    public string? TraceParent { get; init; }
}
