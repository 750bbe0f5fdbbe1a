using MetricsAlerts.Messaging;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>How the test broker is.</summary>
public sealed record BrokerOptions
{
    /// <summary>The queues that there are.</summary>
    public required IReadOnlyList<QueueDefinition> Queues { get; init; }

    /// <summary>The time that locks, schedules and duplicates go by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The largest transfer in bytes, a batch included: by default that of Service Bus Standard.</summary>
    public ulong MaxMessageBytes { get; init; } = 256 * 1024;

    /// <summary>Messages in one answer to a peek, at most; Service Bus promises no number.</summary>
    public int PeekPage { get; init; } = 100;

    /// <summary>Whether a link whose session lock expired is detached, as Service Bus does, or only refused what it asks for.</summary>
    public bool DetachesLostSessions { get; init; } = true;
}
