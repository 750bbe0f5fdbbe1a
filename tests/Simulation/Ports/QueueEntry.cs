using MetricsAlerts.Messaging;

namespace Simulation.Ports;

/// <summary>A message in a queue.</summary>
internal sealed class QueueEntry(QueueMessage message, DateTimeOffset dueAt, long sequence)
{
    public QueueMessage Message => message;

    public DateTimeOffset DueAt => dueAt;

    public long Sequence => sequence;

    /// <summary>Deliveries that ended without settling it.</summary>
    public int Deliveries { get; set; }

    /// <summary>The session through which it was received.</summary>
    public MemorySession? LockedBy { get; set; }

    public ReceivedMessage ToReceived() => new(message.MessageId, message.SessionId, message.Schema, message.Body, Deliveries + 1, sequence, dueAt)
    {
        TraceParent = message.TraceParent,
    };
}
