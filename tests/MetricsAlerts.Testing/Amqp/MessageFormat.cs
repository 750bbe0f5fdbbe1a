using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>Messages between AMQP and the broker.</summary>
internal static class MessageFormat
{
    private const uint BatchFormat = 0x80013700;
    private const string ScheduledFor = "x-opt-scheduled-enqueue-time";

    /// <summary>The message of a transfer, or all of a batch: each of its data sections is a whole message.</summary>
    public static IReadOnlyList<StoredMessage> Read(AmqpMessage transfer) => transfer.MessageFormat == BatchFormat
        ? [.. transfer.DataBody.Select(data => ReadOne(Decode((ArraySegment<byte>)data.Value)))]
        : [ReadOne(transfer)];

    /// <summary>The message as it is delivered or, without a lock, peeked at.</summary>
    public static AmqpMessage Write(StoredMessage stored, DateTimeOffset? lockedUntil)
    {
        var message = AmqpMessage.Create(new Data { Value = new ArraySegment<byte>(stored.Body) });
        message.Header.DeliveryCount = (uint)stored.FailedDeliveries;
        message.Properties.MessageId = stored.MessageId;
        message.Properties.GroupId = stored.SessionId;
        if (stored.ContentType is { } contentType)
            message.Properties.ContentType = new AmqpSymbol(contentType);
        message.Properties.Subject = stored.Subject;
        foreach (var (name, value) in stored.Properties)
            message.ApplicationProperties.Map[new MapKey(name)] = value;
        var annotations = message.MessageAnnotations.Map;
        annotations[new MapKey(new AmqpSymbol("x-opt-sequence-number"))] = stored.SequenceNumber;
        annotations[new MapKey(new AmqpSymbol("x-opt-enqueued-time"))] = stored.EnqueuedAt.UtcDateTime;
        if (stored.ScheduledFor is { } scheduled)
            annotations[new MapKey(new AmqpSymbol(ScheduledFor))] = scheduled.UtcDateTime;
        if (lockedUntil is { } until)
            annotations[new MapKey(new AmqpSymbol("x-opt-locked-until"))] = until.UtcDateTime;
        return message;
    }

    /// <summary>The message as one block of bytes, as an answer to a peek carries it.</summary>
    public static ArraySegment<byte> Encode(AmqpMessage message)
    {
        using var stream = message.ToStream();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return new(memory.ToArray());
    }

    private static AmqpMessage Decode(ArraySegment<byte> bytes) => AmqpMessage.CreateInputMessage(new BufferListStream([bytes]));

    private static StoredMessage ReadOne(AmqpMessage message)
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal);
        if (message.ApplicationProperties is { } named)
        {
            foreach (var (key, value) in named.Map)
                properties[key.ToString()!] = value;
        }

        return new()
        {
            MessageId = message.Properties.MessageId?.ToString() ?? "",
            SessionId = message.Properties.GroupId,
            ContentType = message.Properties.ContentType.Value,
            Subject = message.Properties.Subject,
            Body = BodyOf(message),
            Properties = properties,
            ScheduledFor = ScheduleOf(message),
        };
    }

    private static DateTimeOffset? ScheduleOf(AmqpMessage message) =>
        message.MessageAnnotations?.Map.TryGetValue<DateTime>(new MapKey(new AmqpSymbol(ScheduledFor)), out var at) == true
            ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc))
            : null;

    private static byte[] BodyOf(AmqpMessage message)
    {
        using var memory = new MemoryStream();
        foreach (var data in message.DataBody ?? [])
        {
            if (data.Value is ArraySegment<byte> { Array: not null } bytes)
                memory.Write(bytes);
        }

        return memory.ToArray();
    }
}
