using System.Text.Json;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Routing;

namespace MetricsAlerts.Operations;

/// <summary>What people do with messages that could not be processed: look, try again, or throw away.</summary>
public sealed class DeadLetterQueues(PipelineQueues queues, TimeProvider time)
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

    /// <summary>Throws one away. Returns false when it is not there.</summary>
    /// <exception cref="ArgumentException">There is no such queue.</exception>
    public async Task<bool> DropAsync(string queue, long sequenceNumber, CancellationToken cancellationToken) =>
        await Find(queue).RemoveDeadLetterAsync(sequenceNumber, cancellationToken) is not null;

    /// <summary>
    /// Tries one again. Deliveries that were given up are begun anew, and say what is still true; any other message is sent again,
    /// and what it brings counts as far as nothing newer is known. Returns false when it is not there.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such queue.</exception>
    public async Task<bool> ReplayAsync(string queue, long sequenceNumber, CancellationToken cancellationToken)
    {
        var target = Find(queue);
        if (
            (await target.PeekDeadLettersAsync(int.MaxValue, cancellationToken)).FirstOrDefault(
                letter => letter.Message.SequenceNumber == sequenceNumber) is not { } letter)
            return false;

        // Sent first, removed then: a crash in between leaves it in both places, and the second time changes nothing.
        var message = letter.Message;
        var now = Timestamps.Format(time.GetUtcNow());
        if (message.Schema == GroupWake.SchemaName &&
            JsonSerializer.Deserialize(message.Body.Span, GroupWakeJson.Default.GroupWake) is { } wake)
            await target.SendAsync(
                [(wake with { Replay = true }).ToMessage($"replay of {sequenceNumber} at {now}")], cancellationToken);
        else
            await target.SendAsync(
                [
                    new(
                        DerivedId.From("replay", message.MessageId, now),
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
