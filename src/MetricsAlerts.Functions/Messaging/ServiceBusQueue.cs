using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;

namespace MetricsAlerts.Functions.Messaging;

/// <summary>A Service Bus queue.</summary>
internal sealed class ServiceBusQueue(ServiceBusClient client, QueueDefinition definition) : IQueue
{
    private const int MessagesAtOnce = 100;

    private readonly ServiceBusSender _sender = client.CreateSender(definition.Name);

    public QueueDefinition Definition => definition;

    public async Task SendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        var waiting = new Queue<ServiceBusMessage>(messages.Select(MessageMapping.ToServiceBus));
        while (waiting.Count > 0)
        {
            using var batch = await _sender.CreateMessageBatchAsync(cancellationToken);
            while (waiting.TryPeek(out var message) && batch.TryAddMessage(message))
                waiting.Dequeue();
            if (batch.Count == 0)
                throw new InvalidOperationException(
                    $"Message {waiting.Peek().MessageId} is larger than queue '{definition.Name}' takes ({batch.MaxSizeInBytes} bytes).");
            await _sender.SendMessagesAsync(batch, cancellationToken);
        }
    }

    public async Task<IQueueSession?> AcceptNextSessionAsync(TimeSpan maxWait, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(maxWait > TimeSpan.Zero ? maxWait : TimeSpan.FromSeconds(1));
        try
        {
            return new ServiceBusQueueSession(
                await client.AcceptNextSessionAsync(definition.Name, cancellationToken: timeout.Token), definition);
        }
        catch (ServiceBusException exception) when (exception.Reason == ServiceBusFailureReason.ServiceTimeout)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(int maxMessages, CancellationToken cancellationToken)
    {
        await using var receiver = client.CreateReceiver(definition.Name, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        var letters = new List<DeadLetter>();

        // A peek answers as many as it likes; the receiver goes on behind them until there are none.
        while (
            letters.Count < maxMessages &&
                await receiver.PeekMessagesAsync(
                    Math.Min(MessagesAtOnce, maxMessages - letters.Count), cancellationToken: cancellationToken) is { Count: > 0 } messages)
            letters.AddRange(messages.Select(ToDeadLetter));
        return letters;
    }

    public async Task<DeadLetter?> RemoveDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken)
    {
        await using var receiver = client.CreateReceiver(definition.Name, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        while (await receiver.ReceiveMessagesAsync(MessagesAtOnce, TimeSpan.FromSeconds(2), cancellationToken) is { Count: > 0 } messages)
        {
            // Those that are not meant stay locked until the receiver is closed, so that the next call goes on behind them.
            if (messages.FirstOrDefault(message => message.SequenceNumber == sequenceNumber) is not { } found)
                continue;
            await receiver.CompleteMessageAsync(found, cancellationToken);
            return ToDeadLetter(found);
        }

        return null;
    }

    private static DeadLetter ToDeadLetter(ServiceBusReceivedMessage message) =>
        new(MessageMapping.ToReceived(message), message.DeadLetterReason, message.DeadLetterErrorDescription, message.EnqueuedTime);
}
