using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;

namespace MetricsAlerts.ServiceBus;

/// <summary>
/// A queue's dead letters. They have no session; each is locked for itself when it is received, and stays so until it is settled.
/// </summary>
internal sealed class ServiceBusDeadLetters(ServiceBusClient client, QueueDefinition definition)
{
    private const int MessagesAtOnce = 100;

    private static readonly ServiceBusReceiverOptions DeadLetters = new() { SubQueue = SubQueue.DeadLetter };

    /// <summary>Whoever looks for another letter has this one for a moment, and gives it back.</summary>
    private const int MostTries = 5;

    /// <summary>
    /// The shortest wait for a letter, and how much longer it may be: two that hold what the other wants do not give up together.
    /// </summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyList<DeadLetter>> PeekAsync(int maxMessages, CancellationToken cancellationToken)
    {
        await using var receiver = Open();
        var letters = new List<DeadLetter>();

        // A peek returns as many as it likes; the receiver goes on behind them until there are none.
        while (
            letters.Count < maxMessages &&
                await receiver.PeekMessagesAsync(
                    Math.Min(MessagesAtOnce, maxMessages - letters.Count), cancellationToken: cancellationToken) is { Count: > 0 } messages)
            letters.AddRange(messages.Select(MessageMapping.ToDeadLetter));
        return letters;
    }

    public async Task<DeadLetter?> FindAsync(long sequenceNumber, CancellationToken cancellationToken)
    {
        await using var receiver = Open();
        return await FindAsync(receiver, sequenceNumber, cancellationToken);
    }

    public async Task<DeadLetter?> RemoveAsync(long sequenceNumber, CancellationToken cancellationToken)
    {
        await using var receiver = Open();

        // A letter that is not there must not cost the others a delivery.
        DeadLetter? received = null;
        for (var tries = 0; await FindAsync(receiver, sequenceNumber, cancellationToken) is not null; tries++)
        {
            if (tries == MostTries)
                throw new DeadLetterLockedException(definition, sequenceNumber);
            try
            {
                if (await TryRemoveAsync(receiver, sequenceNumber, letter => received = letter, cancellationToken) is { } removed)
                    return removed;
            }
            catch (ServiceBusException exception) when (
                exception.IsTransient || exception.Reason == ServiceBusFailureReason.MessageLockLost)
            {
                // The connection was lost: whether the letter is still there, the next look says.
            }
        }

        return received;
    }

    /// <summary>
    /// Receives letters until it is among them; the others are given back then, because to close the receiver does not unlock them.
    /// </summary>
    private static async Task<DeadLetter?> TryRemoveAsync(
        ServiceBusReceiver receiver, long sequenceNumber, Action<DeadLetter> received, CancellationToken cancellationToken)
    {
        var wait = ShortestWait + (Random.Shared.NextDouble() * Spread);
        var others = new List<ServiceBusReceivedMessage>();
        try
        {
            while (await receiver.ReceiveMessagesAsync(MessagesAtOnce, wait, cancellationToken) is { Count: > 0 } messages)
            {
                others.AddRange(messages.Where(message => message.SequenceNumber != sequenceNumber));
                if (messages.FirstOrDefault(message => message.SequenceNumber == sequenceNumber) is not { } found)
                    continue;
                var letter = MessageMapping.ToDeadLetter(found);
                received(letter);
                await receiver.CompleteMessageAsync(found, cancellationToken);
                return letter;
            }

            return null;
        }
        finally
        {
            await Task.WhenAll(others.Select(message => UnlockAsync(receiver, message)));
        }
    }

    private static async Task<DeadLetter?> FindAsync(
        ServiceBusReceiver receiver, long sequenceNumber, CancellationToken cancellationToken)
    {
        var next = await receiver.PeekMessagesAsync(1, sequenceNumber, cancellationToken);
        return next.FirstOrDefault(message => message.SequenceNumber == sequenceNumber) is { } found
            ? MessageMapping.ToDeadLetter(found)
            : null;
    }

    /// <summary>What cannot be unlocked unlocks itself in time, and must not hide how the removal went.</summary>
    private static async Task UnlockAsync(ServiceBusReceiver receiver, ServiceBusReceivedMessage message)
    {
        try
        {
            await receiver.AbandonMessageAsync(message, cancellationToken: CancellationToken.None);
        }
        catch (Exception exception) when (exception is ServiceBusException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }

    private ServiceBusReceiver Open() => client.CreateReceiver(definition.Name, DeadLetters);
}
