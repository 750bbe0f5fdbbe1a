using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Routing;

namespace MetricsAlerts.Operations;

/// <summary>What people do with messages that could not be processed: look, try again, or throw away.</summary>
public sealed class DeadLetterQueues(PipelineQueues queues)
{
    private readonly IReadOnlyList<IQueue> _queues = [.. queues.ByStage.Select(stage => stage.Queue)];

    /// <summary>The queues' names.</summary>
    public IReadOnlyList<string> Queues => [.. _queues.Select(queue => queue.Definition.Name)];

    /// <summary>The oldest dead letters of every queue.</summary>
    public async Task<IReadOnlyList<(string Queue, DeadLetter Letter)>> ListAsync(int mostOfEach, CancellationToken cancellationToken)
    {
        var letters = new List<(string, DeadLetter)>();
        foreach (var queue in _queues)
            letters.AddRange(
                (await queue.PeekDeadLettersAsync(mostOfEach, cancellationToken)).Select(letter => (queue.Definition.Name, letter)));
        return letters;
    }

    /// <summary>One dead letter; null when it is not there.</summary>
    /// <exception cref="ArgumentException">There is no such queue.</exception>
    public Task<DeadLetter?> FindAsync(string queue, long sequenceNumber, CancellationToken cancellationToken) =>
        Find(queue).FindDeadLetterAsync(sequenceNumber, cancellationToken);

    /// <summary>Throws one away. Returns false when it is not there.</summary>
    /// <exception cref="ArgumentException">There is no such queue.</exception>
    /// <exception cref="DeadLetterLockedException">Another receiver has it at the moment.</exception>
    public async Task<bool> DropAsync(string queue, long sequenceNumber, CancellationToken cancellationToken) =>
        await Find(queue).RemoveDeadLetterAsync(sequenceNumber, cancellationToken) is not null;

    /// <summary>
    /// Tries one again. Deliveries that were given up are begun anew, and say what is still true; any other message is sent again,
    /// and what it brings counts as far as nothing newer is known. Returns false when it is not there, or somebody else took it meanwhile.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such queue.</exception>
    /// <exception cref="DeadLetterLockedException">
    /// Another receiver has it at the moment: it was sent, and is still there. To replay it again sends nothing more.
    /// </exception>
    public async Task<bool> ReplayAsync(string queue, long sequenceNumber, CancellationToken cancellationToken)
    {
        var target = Find(queue);
        if (await target.FindDeadLetterAsync(sequenceNumber, cancellationToken) is not { } letter)
            return false;

        // Sent first, removed then: a crash in between leaves it in both places, and the second time sends a duplicate of the first.
        var message = letter.Message;
        if (MessageBody.Read(message, GroupWake.SchemaName, GroupWakeJson.Default.GroupWake, out var wake) is null)
            await target.SendAsync(
                [(wake with { Replay = true }).ToMessage($"replay of {sequenceNumber}")], cancellationToken);
        else
            await target.SendAsync(
                [
                    new(
                        DerivedId.From("replay", message.MessageId, $"{sequenceNumber}"),
                        message.SessionId,
                        message.Schema,
                        message.Body) { TraceParent = message.TraceParent }
                ],
                cancellationToken);
        return await target.RemoveDeadLetterAsync(sequenceNumber, cancellationToken) is not null;
    }

    private IQueue Find(string name) => _queues.FirstOrDefault(queue => queue.Definition.Name == name)
        ?? throw new ArgumentException($"There is no queue '{name}'; there are {string.Join(", ", Queues)}.", nameof(name));
}
