using System.Globalization;
using Azure.Messaging.ServiceBus;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;

namespace MetricsAlerts.ServiceBus;

/// <summary>Our messages as Service Bus's and back. What others sent to our queues may lack anything; it is then empty.</summary>
public static class MessageMapping
{
    private const string SchemaProperty = "schema";
    private const string TraceProperty = "traceparent";
    private const string DeadLetteredAtProperty = "deadLetteredAt";

    /// <summary>The message as a stage gets it.</summary>
    public static ReceivedMessage ToReceived(ServiceBusReceivedMessage message) => new(
        message.MessageId ?? "",
        message.SessionId ?? "",
        message.ApplicationProperties.GetValueOrDefault(SchemaProperty) as string ?? message.Subject ?? "",
        message.Body.ToMemory(),
        message.DeliveryCount,
        message.SequenceNumber,
        message.EnqueuedTime)
    { TraceParent = message.ApplicationProperties.GetValueOrDefault(TraceProperty) as string };

    /// <summary>What to note with a message that is dead-lettered: Service Bus itself keeps no time of it.</summary>
    public static Dictionary<string, object> DeadLetterProperties(DateTimeOffset at) =>
        new() { [DeadLetteredAtProperty] = Timestamps.Format(at) };

    internal static ServiceBusMessage ToServiceBus(QueueMessage message)
    {
        var mapped = new ServiceBusMessage(message.Body)
        {
            MessageId = message.MessageId,
            SessionId = message.SessionId,
            ContentType = "application/json",
            Subject = message.Schema,
        };
        mapped.ApplicationProperties[SchemaProperty] = message.Schema;
        if (message.TraceParent is { } trace)
            mapped.ApplicationProperties[TraceProperty] = trace;
        if (message.EnqueueAt is { } at)
            mapped.ScheduledEnqueueTime = at;
        return mapped;
    }

    /// <summary>A dead letter. Service Bus itself does not note when one became so: its time is then that of the message.</summary>
    internal static DeadLetter ToDeadLetter(ServiceBusReceivedMessage message) => new(
        ToReceived(message),
        message.DeadLetterReason ?? "",
        message.DeadLetterErrorDescription ?? "",
        message.ApplicationProperties.GetValueOrDefault(DeadLetteredAtProperty) is string text && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : message.EnqueuedTime);
}
