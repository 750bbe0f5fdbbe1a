using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Messaging;

/// <summary>What both heads log of a delivery that did not end well.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(
        EventId = 401, Level = LogLevel.Warning,
        Message = "Message {MessageId} of queue {Queue} failed at delivery {DeliveryCount}; it is given back")]
    public static partial void Failed(ILogger logger, string queue, string messageId, int deliveryCount, Exception exception);

    [LoggerMessage(
        EventId = 402, Level = LogLevel.Error,
        Message = "Message {MessageId} of queue {Queue} is dead-lettered: {Reason}, {Description}")]
    public static partial void DeadLettered(ILogger logger, string queue, string messageId, string reason, string description, Exception? exception);
}
