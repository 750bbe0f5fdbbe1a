using System.Text.Json;
using MetricsAlerts.Collecting;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying.Delivery;

namespace MetricsAlerts.Operations;

/// <summary>What people do with messages that could not be processed: look, try again, or throw away.</summary>
public sealed class DeadLetterQueues(CollectionQueue collect, MetricWindowQueue windows, AlertQueue alerts, TimeProvider time)
{
    private readonly IReadOnlyList<IQueue> _queues = [collect.Queue, windows.Queue, alerts.Queue];

    /// <summary>The queues' names.</summary>
    public IReadOnlyList<string> Queues => [.. _queues.Select(queue => queue.Definition.Name)];

    /// <summary>The oldest dead letters of every queue.</summary>
    public async Task<IReadOnlyList<(string Queue, DeadLetter Letter)>> ListAsync(int mostOfEach, CancellationToken cancellationToken)
    {
        var letters = new List<(string, DeadLetter)>();
        foreach (var queue in _queues)
            letters.AddRange((await queue.PeekDeadLettersAsync(mostOfEach, cancellationToken)).Select(letter => (queue.Definition.Name, letter)));
        return letters;
    }

    /// <summary>Throws one away. Answers false when it is not there.</summary>
    /// <exception cref="ArgumentException">There is no such queue.</exception>
    public async Task<bool> DropAsync(string queue, long sequenceNumber, CancellationToken cancellationToken) =>
        await Find(queue).RemoveDeadLetterAsync(sequenceNumber, cancellationToken) is not null;

    /// <summary>Tries one again: a delivery that was given up is begun anew, any other message is sent again. Answers false when it is not there.</summary>
    /// <exception cref="ArgumentException">There is no such queue.</exception>
    public async Task<bool> ReplayAsync(string queue, long sequenceNumber, CancellationToken cancellationToken)
    {
        var target = Find(queue);
        if ((await target.PeekDeadLettersAsync(int.MaxValue, cancellationToken)).FirstOrDefault(letter => letter.Message.SequenceNumber == sequenceNumber) is not { } letter)
            return false;

        // Sent first, removed then: a crash in between leaves it in both places, and the second time changes nothing.
        var message = letter.Message;
        if (message.Schema == GroupFlush.SchemaName && JsonSerializer.Deserialize(message.Body.Span, GroupJson.Default.GroupFlush) is { } flush)
        {
            await alerts.FlushAsync(flush with { HasTurn = false, Replay = true }, $"replay of {sequenceNumber}", time.GetUtcNow(), cancellationToken);
        }
        else
        {
            var id = DerivedId.From("replay", message.MessageId, Timestamps.Format(time.GetUtcNow()));
            await target.SendAsync([new(id, message.SessionId, message.Schema, message.Body) { TraceParent = message.TraceParent }], cancellationToken);
        }

        await target.RemoveDeadLetterAsync(sequenceNumber, cancellationToken);
        return true;
    }

    private IQueue Find(string name) => _queues.FirstOrDefault(queue => queue.Definition.Name == name)
        ?? throw new ArgumentException($"There is no queue '{name}'; there are {string.Join(", ", Queues)}.", nameof(name));
}
