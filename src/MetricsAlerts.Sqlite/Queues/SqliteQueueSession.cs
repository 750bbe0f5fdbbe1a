using MetricsAlerts.Messaging;

namespace MetricsAlerts.Sqlite.Queues;

/// <summary>A locked session.</summary>
internal sealed class SqliteQueueSession(SqliteQueue queue, string sessionId, string token, DateTimeOffset lockedUntil) : IQueueSession
{
    private readonly Dictionary<long, ReceivedMessage> _outstanding = [];

    public string SessionId => sessionId;

    public DateTimeOffset LockedUntil { get; private set; } = lockedUntil;

    public Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, CancellationToken cancellationToken)
    {
        // Most sessions hold one message: that there is no second is found out without a write.
        var isEmpty = queue.Database.Read(session => IsLocked(session)
            ? !ReadDue(session, _outstanding.Count + 1).Exists(message => !_outstanding.ContainsKey(message.SequenceNumber))
            : throw new QueueLockLostException(queue.Definition.Name, sessionId));
        return isEmpty ? Task.FromResult<IReadOnlyList<ReceivedMessage>>([]) : TakeAsync(maxMessages, cancellationToken);
    }

    private Task<IReadOnlyList<ReceivedMessage>> TakeAsync(int maxMessages, CancellationToken cancellationToken) => WriteLockedAsync(
        session =>
        {
            var due = ReadDue(session, maxMessages + _outstanding.Count).Where(message => !_outstanding.ContainsKey(message.SequenceNumber)).ToList();
            var received = new List<ReceivedMessage>(due.Count);
            foreach (var message in due.Take(maxMessages))
            {
                if (message.DeliveryCount >= queue.Definition.MaxDeliveryCount)
                {
                    MoveToDeadLetters(session, message, "MaxDeliveryCountExceeded", $"It was delivered {message.DeliveryCount} times without success.");
                    continue;
                }

                session.Run("UPDATE messages SET deliveries=deliveries+1 WHERE seq=$seq", ("$seq", message.SequenceNumber));
                received.Add(message with { DeliveryCount = message.DeliveryCount + 1 });
            }

            foreach (var message in received)
                _outstanding[message.SequenceNumber] = message;
            return (IReadOnlyList<ReceivedMessage>)received;
        },
        cancellationToken);

    public Task CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) => SettleAsync(
        message, session => session.Run("DELETE FROM messages WHERE seq=$seq", ("$seq", message.SequenceNumber)), cancellationToken);

    public Task AbandonAsync(ReceivedMessage message, CancellationToken cancellationToken) => SettleAsync(
        message,
        session =>
        {
            if (message.DeliveryCount >= queue.Definition.MaxDeliveryCount)
                MoveToDeadLetters(session, message, "MaxDeliveryCountExceeded", $"It was delivered {message.DeliveryCount} times without success.");
        },
        cancellationToken);

    public Task DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) => SettleAsync(
        message, session => MoveToDeadLetters(session, message, reason, description), cancellationToken);

    public async Task RenewLockAsync(CancellationToken cancellationToken)
    {
        var until = queue.Now + queue.Definition.LockDuration.Ticks;
        await WriteLockedAsync(
            session => session.Run(
                "UPDATE sessions SET locked_until=$until WHERE queue=$queue AND session=$session", ("$until", until), ("$queue", queue.Definition.Name), ("$session", sessionId)),
            cancellationToken);
        LockedUntil = new(until, TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        await queue.Database.WriteAsync(
            session =>
            {
                if (!IsLocked(session))
                    return false;

                // What was received but never tried is not held against it.
                foreach (var seq in _outstanding.Keys)
                    session.Run("UPDATE messages SET deliveries=deliveries-1 WHERE seq=$seq", ("$seq", seq));
                return session.Run("DELETE FROM sessions WHERE queue=$queue AND session=$session", ("$queue", queue.Definition.Name), ("$session", sessionId)) == 1;
            },
            CancellationToken.None);
        queue.RaiseSignal();
    }

    private async Task SettleAsync(ReceivedMessage message, Action<SqliteSession> settle, CancellationToken cancellationToken)
    {
        await WriteLockedAsync(
            session =>
            {
                settle(session);
                return true;
            },
            cancellationToken);
        _outstanding.Remove(message.SequenceNumber);
    }

    private Task<T> WriteLockedAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) => queue.Database.WriteAsync(
        session => IsLocked(session) ? work(session) : throw new QueueLockLostException(queue.Definition.Name, sessionId), cancellationToken);

    private bool IsLocked(SqliteSession session) => session.Scalar(
        "SELECT 1 FROM sessions WHERE queue=$queue AND session=$session AND token=$token AND locked_until>$now",
        ("$queue", queue.Definition.Name), ("$session", sessionId), ("$token", token), ("$now", queue.Now)) is not null;

    private List<ReceivedMessage> ReadDue(SqliteSession session, int maxMessages)
    {
        using var reader = session.Query(
            """
            SELECT id, session, schema, body, deliveries, seq, enqueue_at, trace FROM messages
            WHERE queue=$queue AND session=$session AND enqueue_at<=$now ORDER BY seq LIMIT $max
            """,
            ("$queue", queue.Definition.Name), ("$session", sessionId), ("$now", queue.Now), ("$max", maxMessages));
        var messages = new List<ReceivedMessage>();
        while (reader.Read())
            messages.Add(SqliteQueue.MessageOf(reader));
        return messages;
    }

    private void MoveToDeadLetters(SqliteSession session, ReceivedMessage message, string reason, string description)
    {
        session.Run(
            """
            INSERT INTO dead_letters(seq, queue, session, id, schema, body, trace, enqueue_at, deliveries, reason, description, dead_at)
            SELECT seq, queue, session, id, schema, body, trace, enqueue_at, deliveries, $reason, $description, $now FROM messages WHERE seq=$seq
            """,
            ("$seq", message.SequenceNumber), ("$reason", reason), ("$description", description), ("$now", queue.Now));
        session.Run("DELETE FROM messages WHERE seq=$seq", ("$seq", message.SequenceNumber));
    }
}
