using MetricsAlerts.Messaging;
using MetricsAlerts.Sqlite.Queues;

namespace MetricsAlerts.Core.Tests;

/// <summary>A queue that fails, or loses what is sent, where a test says so.</summary>
internal sealed class FaultyQueue(SqliteQueue inner) : IQueue
{
    /// <summary>Runs before anything is sent; an exception is the sending's.</summary>
    public Action<IReadOnlyList<QueueMessage>> OnSend { get; set; } = _ => { };

    /// <summary>Runs after something was sent; an exception is that of a process that dies before it knows.</summary>
    public Action<IReadOnlyList<QueueMessage>> OnSent { get; set; } = _ => { };

    /// <summary>Whether what is sent is lost.</summary>
    public bool LosesMessages { get; set; }

    public QueueDefinition Definition => inner.Definition;

    public async Task SendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        OnSend(messages);
        if (!LosesMessages)
            await inner.SendAsync(messages, cancellationToken);
        OnSent(messages);
    }

    public Task<IQueueSession?> AcceptNextSessionAsync(TimeSpan maxWait, CancellationToken cancellationToken) =>
        inner.AcceptNextSessionAsync(maxWait, cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(int maxMessages, CancellationToken cancellationToken) =>
        inner.PeekDeadLettersAsync(maxMessages, cancellationToken);

    public Task<DeadLetter?> FindDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
        inner.FindDeadLetterAsync(sequenceNumber, cancellationToken);

    public Task<DeadLetter?> RemoveDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
        inner.RemoveDeadLetterAsync(sequenceNumber, cancellationToken);

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => inner.NextDueAsync(cancellationToken);
}
