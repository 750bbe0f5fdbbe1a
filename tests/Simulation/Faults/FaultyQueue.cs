using MetricsAlerts.Messaging;
using Simulation.Ports;

namespace Simulation.Faults;

/// <summary>A queue as one process reaches it.</summary>
/// <param name="queue">The queue.</param>
/// <param name="gate">The way there.</param>
/// <param name="isLost">Which messages are lost on the way; they were sent all the same.</param>
public sealed class FaultyQueue(MemoryQueue queue, Gate gate, Func<QueueMessage, bool>? isLost = null) : IQueue
{
    private readonly string _name = queue.Definition.Name;

    /// <inheritdoc/>
    public QueueDefinition Definition => queue.Definition;

    /// <inheritdoc/>
    public Task SendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        // A dead process's buffers are gone: what is sent is what there was at the call.
        var sent = messages.Where(message => isLost?.Invoke(message) != true).Select(message => message with { Body = message.Body.ToArray() }).ToList();
        return gate.CallAsync($"{_name}.Send", sent.Count > 0 ? sent[0].SessionId : "", () => Done(queue.SendAsync(sent, CancellationToken.None)), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IQueueSession?> AcceptNextSessionAsync(TimeSpan maxWait, CancellationToken cancellationToken)
    {
        var session = await gate.CallAsync($"{_name}.Accept", gate.Process.Name, () => queue.AcceptNextSessionAsync(maxWait, gate.Process.Death), cancellationToken);
        return session is MemorySession locked ? new FaultySession(locked, gate, _name) : null;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(int maxMessages, CancellationToken cancellationToken) =>
        gate.CallAsync($"{_name}.Peek", "", () => queue.PeekDeadLettersAsync(maxMessages, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public Task<DeadLetter?> FindDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
        gate.CallAsync($"{_name}.Find", "", () => queue.FindDeadLetterAsync(sequenceNumber, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public Task<DeadLetter?> RemoveDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
        gate.CallAsync($"{_name}.RemoveDeadLetter", "", () => queue.RemoveDeadLetterAsync(sequenceNumber, CancellationToken.None), cancellationToken);

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    /// <summary>A session as one process reaches it.</summary>
    internal sealed class FaultySession(MemorySession session, Gate gate, string queue) : IQueueSession
    {
        private readonly string _queue = queue + ".";

        public MemorySession Inner => session;

        public string SessionId => session.SessionId;

        public DateTimeOffset LockedUntil => session.LockedUntil;

        public Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, CancellationToken cancellationToken) =>
            gate.CallAsync(_queue + "Receive", session.SessionId, () => session.ReceiveAsync(maxMessages, CancellationToken.None), cancellationToken);

        public Task CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
            gate.CallAsync(_queue + "Complete", session.SessionId, () => Done(session.CompleteAsync(message, CancellationToken.None)), cancellationToken);

        public Task AbandonAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
            gate.CallAsync(_queue + "Abandon", session.SessionId, () => Done(session.AbandonAsync(message, CancellationToken.None)), cancellationToken);

        public Task DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
            gate.CallAsync(_queue + "DeadLetter", session.SessionId, () => Done(session.DeadLetterAsync(message, reason, description, CancellationToken.None)), cancellationToken);

        public Task RenewLockAsync(CancellationToken cancellationToken) =>
            gate.CallAsync(_queue + "Renew", session.SessionId, () => Done(session.RenewLockAsync(CancellationToken.None)), cancellationToken);

        public async ValueTask DisposeAsync() => await gate.CallAsync(_queue + "Free", session.SessionId, () => Done(session.DisposeAsync().AsTask()), CancellationToken.None);
    }
}
