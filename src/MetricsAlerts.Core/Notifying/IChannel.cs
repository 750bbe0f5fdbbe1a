namespace MetricsAlerts.Notifying;

/// <summary>Delivers notifications to one chat, mailbox or service.</summary>
public interface IChannel
{
    /// <summary>The shortest time between two messages that the channel takes; zero when it does not mind.</summary>
    TimeSpan Pace { get; }

    /// <summary>The most changes that one message can tell; the others follow in messages of their own.</summary>
    int MaxChanges => int.MaxValue;

    /// <summary>Delivers once. What went wrong is in the result; only cancellation is thrown.</summary>
    Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken);
}
