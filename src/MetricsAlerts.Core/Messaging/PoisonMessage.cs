namespace MetricsAlerts.Messaging;

/// <summary>A message that failed at its last delivery, in words for the dead-letter queue.</summary>
public static class PoisonMessage
{
    /// <summary>The reason, the same as Service Bus's own.</summary>
    public const string Reason = "MaxDeliveryCountExceeded";

    private const int MaxDescription = 1024;

    /// <summary>Whether it was delivered as often as the queue allows.</summary>
    public static bool IsLastDelivery(this QueueDefinition queue, int deliveryCount) => deliveryCount >= queue.MaxDeliveryCount;

    /// <summary>The exception's first line.</summary>
    public static string Describe(Exception exception)
    {
        var line = $"{exception.GetType().Name}: {exception.Message}".ReplaceLineEndings("\n").Split('\n')[0];
        return Shorten(line);
    }

    /// <summary>A description that Service Bus takes: it refuses one of more than 4,096 characters, and the message with it.</summary>
    public static string Shorten(string description) =>
        description.Length <= MaxDescription ? description : description[..MaxDescription];

    /// <summary>How a message is settled whose last delivery failed.</summary>
    public static Settlement Settle(Exception exception) => new Settlement.DeadLetter(Reason, Describe(exception));
}
