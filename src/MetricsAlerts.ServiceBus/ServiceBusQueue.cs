using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;

namespace MetricsAlerts.ServiceBus;

/// <summary>A Service Bus queue.</summary>
/// <param name="client">The namespace.</param>
/// <param name="definition">The queue.</param>
/// <param name="time">The clock by which dead-lettering is noted.</param>
internal sealed class ServiceBusQueue(ServiceBusClient client, QueueDefinition definition, TimeProvider time) : IQueue
{
    /// <summary>The shortest wait for a session: to ask takes a round trip or two.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <summary>A wait is long enough when it is so many times as long as it takes to ask.</summary>
    private const int AskingFactor = 4;

    private readonly ServiceBusSender _sender = client.CreateSender(definition.Name);
    private readonly ServiceBusDeadLetters _deadLetters = new(client, definition);
    private readonly ServiceBusContact _contact = new(client, definition);

    public QueueDefinition Definition => definition;

    public async Task SendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        QueueLimits.Check(definition, messages);
        var waiting = new Queue<ServiceBusMessage>(messages.Select(MessageMapping.ToServiceBus));
        while (waiting.Count > 0)
        {
            using var batch = await _sender.CreateMessageBatchAsync(cancellationToken);
            while (waiting.TryPeek(out var message) && batch.TryAddMessage(message))
                waiting.Dequeue();

            // Premium takes a message for itself that is too large for a batch; any other tier says that it does not.
            if (batch.Count == 0)
                await _sender.SendMessageAsync(waiting.Dequeue(), cancellationToken);
            else
                await _sender.SendMessagesAsync(batch, cancellationToken);
        }
    }

    public async Task<IQueueSession?> AcceptNextSessionAsync(TimeSpan maxWait, CancellationToken cancellationToken)
    {
        var wait = maxWait > ShortestWait ? maxWait : ShortestWait;
        var asked = ServiceBusContact.Now;
        if (await TryAcceptAsync(wait, cancellationToken) is { } session)
            return session;

        // Silence means that no session is free, or that the question never arrived: only whoever is heard of can be believed.
        var asking = await _contact.ProveAsync(asked, cancellationToken);
        return asking * AskingFactor > wait ? await TryAcceptAsync(asking * AskingFactor, cancellationToken) : null;
    }

    public Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(int maxMessages, CancellationToken cancellationToken) =>
        _deadLetters.PeekAsync(maxMessages, cancellationToken);

    public Task<DeadLetter?> FindDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
        _deadLetters.FindAsync(sequenceNumber, cancellationToken);

    public Task<DeadLetter?> RemoveDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
        _deadLetters.RemoveAsync(sequenceNumber, cancellationToken);

    private async Task<ServiceBusQueueSession?> TryAcceptAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(wait);
        while (true)
        {
            try
            {
                var receiver = await client.AcceptNextSessionAsync(definition.Name, cancellationToken: timeout.Token);
                return new(receiver, definition, time);
            }
            catch (ServiceBusException exception) when (exception.Reason == ServiceBusFailureReason.ServiceTimeout)
            {
                // The service waits no longer than the client lets it; the caller may.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }
    }
}
