using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;

namespace MetricsAlerts.ServiceBus;

/// <summary>A locked session of a Service Bus queue.</summary>
internal sealed class ServiceBusQueueSession(ServiceBusSessionReceiver receiver, QueueDefinition definition, TimeProvider time)
    : IQueueSession
{
    /// <summary>A session that was free has a message, however long it takes to fetch.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);

    /// <summary>Long enough for the round trip to a queue that may have nothing more.</summary>
    private static readonly TimeSpan NextWait = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<long, ServiceBusReceivedMessage> _received = [];
    private bool _hasReceived;
    private bool _isDisposed;

    public string SessionId => receiver.SessionId;

    public DateTimeOffset LockedUntil => receiver.SessionLockedUntil;

    public Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, CancellationToken cancellationToken) =>
        GuardAsync<IReadOnlyList<ReceivedMessage>>(async () =>
    {
        var messages = await receiver.ReceiveMessagesAsync(maxMessages, _hasReceived ? NextWait : FirstWait, cancellationToken);
        _hasReceived = true;
        foreach (var message in messages)
            _received[message.SequenceNumber] = message;
        return [.. messages.Select(MessageMapping.ToReceived)];
    });

    public Task CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        SettleAsync(message, original => receiver.CompleteMessageAsync(original, cancellationToken));

    public Task AbandonAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        SettleAsync(message, original => receiver.AbandonMessageAsync(original, cancellationToken: cancellationToken));

    public Task DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
        SettleAsync(message, original => receiver.DeadLetterMessageAsync(
            original,
            MessageMapping.DeadLetterProperties(time.GetUtcNow()),
            QueueLimits.CutReason(reason),
            QueueLimits.CutDescription(description),
            cancellationToken));

    public Task RenewLockAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await receiver.RenewSessionLockAsync(cancellationToken);
        return true;
    });

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        return receiver.DisposeAsync();
    }

    private Task SettleAsync(ReceivedMessage message, Func<ServiceBusReceivedMessage, Task> settle) => GuardAsync(async () =>
    {
        await settle(_received[message.SequenceNumber]);
        return _received.Remove(message.SequenceNumber);
    });

    private async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (ServiceBusException exception) when (
            exception.Reason is ServiceBusFailureReason.SessionLockLost or ServiceBusFailureReason.MessageLockLost)
        {
            throw new QueueLockLostException(definition.Name, receiver.SessionId, exception);
        }
        catch (ObjectDisposedException exception) when (!_isDisposed)
        {
            // The receiver closes itself when the session is taken away or the connection is lost.
            throw new QueueLockLostException(definition.Name, receiver.SessionId, exception);
        }
    }
}
