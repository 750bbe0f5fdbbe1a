using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;

namespace MetricsAlerts.Functions.Messaging;

/// <summary>Our messages as Service Bus's and back.</summary>
internal static class MessageMapping
{
    private const string SchemaProperty = "schema";
    private const string TraceProperty = "traceparent";

    public static ServiceBusMessage ToServiceBus(QueueMessage message)
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

    public static ReceivedMessage ToReceived(ServiceBusReceivedMessage message) => new(
        message.MessageId, message.SessionId, message.ApplicationProperties.GetValueOrDefault(SchemaProperty) as string ?? message.Subject,
        message.Body.ToMemory(), message.DeliveryCount, message.SequenceNumber, message.EnqueuedTime)
    { TraceParent = message.ApplicationProperties.GetValueOrDefault(TraceProperty) as string };
}
