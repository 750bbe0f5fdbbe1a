namespace MetricsAlerts.Messaging;

/// <summary>A session's lock expired before its message was settled; the message will be delivered again.</summary>
public sealed class QueueLockLostException(string queue, string sessionId, Exception? inner = null)
    : Exception($"The lock on session '{sessionId}' of queue '{queue}' was lost.", inner);
