using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>The errors that Service Bus names.</summary>
internal static class BrokerError
{
    public const string SessionLockLost = "com.microsoft:session-lock-lost";
    public const string SessionCannotBeLocked = "com.microsoft:session-cannot-be-locked";
    public const string MessageLockLost = "com.microsoft:message-lock-lost";
    public const string Timeout = "com.microsoft:timeout";
    public const string DeadLetter = "com.microsoft:dead-letter";

    /// <summary>The error with a condition, and words for people.</summary>
    public static Error Of(string condition, string? description = null) =>
        new() { Condition = new AmqpSymbol(condition), Description = description ?? $"The test broker answers {condition}." };
}
