namespace MetricsAlerts.Messaging;

/// <summary>A message that failed at its last delivery, in words for the dead-letter queue.</summary>
public static class PoisonMessage
{
    /// <summary>The reason, the same as Service Bus's own.</summary>
    public const string Reason = "MaxDeliveryCountExceeded";

    /// <summary>Whether it was delivered as often as the queue allows.</summary>
    public static bool IsLastDelivery(this QueueDefinition queue, int deliveryCount) => deliveryCount >= queue.MaxDeliveryCount;

    /// <summary>The exception's first line.</summary>
    public static string Describe(Exception exception)
    {
        var line = $"{exception.GetType().Name}: {exception.Message}".ReplaceLineEndings("\n").Split('\n')[0];
        return QueueLimits.CutDescription(line);
    }

    /// <summary>How a message is settled whose last delivery failed.</summary>
    public static Settlement Settle(Exception exception) => new Settlement.DeadLetter(Reason, Describe(exception));
}
