using MetricsAlerts.Formats;

namespace MetricsAlerts.Messaging;

/// <summary>Service Bus's limits, which every adapter holds, so that what runs embedded runs in Azure.</summary>
public static class QueueLimits
{
    /// <summary>The longest id of a message or session, in characters.</summary>
    public const int MaxIdLength = 128;

    /// <summary>
    /// The largest body, in bytes: Service Bus Standard takes 256 KiB a message, ids and properties included.
    /// </summary>
    public const int MaxBodyBytes = 250_000;

    private const int MaxReasonLength = 128;
    private const int MaxDescriptionLength = 1024;

    /// <summary>Checks messages before any of them is sent.</summary>
    /// <exception cref="ArgumentException">One is over a limit.</exception>
    public static void Check(QueueDefinition queue, IReadOnlyList<QueueMessage> messages)
    {
        foreach (var message in messages)
        {
            if (message.MessageId.Length is 0 or > MaxIdLength || message.SessionId.Length is 0 or > MaxIdLength)
                throw Refuse(
                    queue, message, $"Its id has {message.MessageId.Length} characters and its session's id {message.SessionId.Length}",
                    $"1 to {MaxIdLength}");
            if (message.Body.Length > MaxBodyBytes)
                throw Refuse(queue, message, $"Its body has {message.Body.Length} bytes", $"at most {MaxBodyBytes}");
        }
    }

    /// <summary>A reason for dead-lettering that every queue takes.</summary>
    public static string CutReason(string reason) => Texts.Cut(reason, MaxReasonLength);

    /// <summary>A description of why a message is dead-lettered that every queue takes.</summary>
    public static string CutDescription(string description) => Texts.Cut(description, MaxDescriptionLength);

    private static ArgumentException Refuse(QueueDefinition queue, QueueMessage message, string found, string allowed) =>
        new(
            $"Message '{Texts.Cut(message.MessageId, MaxIdLength)}' to queue '{queue.Name}' cannot be sent. " +
            $"{found}; {allowed} are allowed.");
}
