namespace MetricsAlerts.Messaging;

/// <summary>A stage's side of a queue: deals with one message and says how to settle it.</summary>
public interface IMessageHandler
{
    /// <summary>
    /// Deals with a message. An exception means that it may go better later: the message is given back.
    /// What can never succeed is answered with <see cref="Settlement.DeadLetter"/>.
    /// </summary>
    Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken);
}
