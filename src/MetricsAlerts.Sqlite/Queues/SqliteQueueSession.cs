using MetricsAlerts.Messaging;

namespace MetricsAlerts.Sqlite.Queues;

/// <summary>A locked session.</summary>
internal sealed class SqliteQueueSession : IQueueSession
{
    private readonly SqliteQueue _queue;
    private readonly string _token;
    private readonly Dictionary<long, ReceivedMessage> _outstanding = [];
    private readonly Queue<ReceivedMessage> _taken;
    private bool _isReleased;

    /// <summary>A session that was locked, with the messages that were taken in the same write: most sessions hold no more than one.</summary>
    public SqliteQueueSession(SqliteQueue queue, string sessionId, string token, DateTimeOffset lockedUntil, IReadOnlyList<ReceivedMessage> taken)
    {
        (_queue, SessionId, _token, LockedUntil, _taken) = (queue, sessionId, token, lockedUntil, new(taken));
        foreach (var message in taken)
            _outstanding[message.SequenceNumber] = message;
    }

    public string SessionId { get; }

    public DateTimeOffset LockedUntil { get; private set; }

    public Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, CancellationToken cancellationToken)
    {
        if (_isReleased)
            return Task.FromResult<IReadOnlyList<ReceivedMessage>>([]);
        if (_taken.Count > 0 && LockedUntil.UtcTicks > _queue.Now)
            return Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. Enumerable.Range(0, Math.Min(maxMessages, _taken.Count)).Select(_ => _taken.Dequeue())]);

        // Most sessions hold one message: that there is no second is found out without a write.
        var isEmpty = _queue.Database.Read(session => IsLocked(session)
            ? !_queue.ReadDue(session, SessionId, _outstanding.Count + 1).Exists(message => !_outstanding.ContainsKey(message.SequenceNumber))
            : throw LockLost());
        return isEmpty ? Task.FromResult<IReadOnlyList<ReceivedMessage>>([]) : TakeAsync(maxMessages, cancellationToken);
    }

    private async Task<IReadOnlyList<ReceivedMessage>> TakeAsync(int maxMessages, CancellationToken cancellationToken)
    {
        var received = await WriteLockedAsync(session => _queue.Take(session, SessionId, maxMessages, _outstanding), cancellationToken);
        foreach (var message in received)
            _outstanding[message.SequenceNumber] = message;
        return received;
    }

    public Task CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) => SettleAsync(
        message, session => session.Run("DELETE FROM messages WHERE seq=$seq", ("$seq", message.SequenceNumber)), cancellationToken);

    public Task AbandonAsync(ReceivedMessage message, CancellationToken cancellationToken) => SettleAsync(
        message,
        session =>
        {
            if (message.DeliveryCount >= _queue.Definition.MaxDeliveryCount)
                _queue.MoveToDeadLetters(session, message, "MaxDeliveryCountExceeded", $"It was delivered {message.DeliveryCount} times without success.");
        },
        cancellationToken);

    public Task DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) => SettleAsync(
        message, session => _queue.MoveToDeadLetters(session, message, reason, description), cancellationToken);

    public async Task RenewLockAsync(CancellationToken cancellationToken)
    {
        if (_isReleased)
            return;
        var until = _queue.Now + _queue.Definition.LockDuration.Ticks;
        await WriteLockedAsync(
            session => session.Run(
                "UPDATE sessions SET locked_until=$until WHERE queue=$queue AND session=$session", ("$until", until), ("$queue", _queue.Definition.Name), ("$session", SessionId)),
            cancellationToken);
        LockedUntil = new(until, TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isReleased)
            return;
        await _queue.Database.WriteAsync(
            session =>
            {
                if (!IsLocked(session))
                    return false;

                // What was received but never tried is not held against it.
                foreach (var seq in _outstanding.Keys)
                    session.Run("UPDATE messages SET deliveries=deliveries-1 WHERE seq=$seq", ("$seq", seq));
                return Release(session);
            },
            CancellationToken.None);
        _queue.RaiseSignal();
    }

    /// <summary>With the last message that is due the session is let go in the same write.</summary>
    private async Task SettleAsync(ReceivedMessage message, Action<SqliteSession> settle, CancellationToken cancellationToken)
    {
        var isLast = _outstanding.Count == 1 && _outstanding.ContainsKey(message.SequenceNumber);
        (_isReleased, var isEmpty) = await _queue.Database.WriteAsync(
            session =>
            {
                settle(session);
                if (isLast && TryRelease(session))
                    return (true, _queue.IsEmpty(session, SessionId));
                return IsLocked(session) ? (false, false) : throw LockLost();
            },
            cancellationToken);
        _outstanding.Remove(message.SequenceNumber);

        // A session that holds nothing more is nothing to wake anybody for.
        if (_isReleased && !isEmpty)
            _queue.RaiseSignal();
    }

    /// <summary>Lets the session go if it is still locked and nothing more is due.</summary>
    private bool TryRelease(SqliteSession session) => session.Run(
        """
        DELETE FROM sessions WHERE queue=$queue AND session=$session AND token=$token AND locked_until>$now
            AND NOT EXISTS(SELECT 1 FROM messages m INDEXED BY messages_by_session WHERE m.queue=$queue AND m.session=$session AND m.enqueue_at<=$now)
        """,
        ("$queue", _queue.Definition.Name), ("$session", SessionId), ("$token", _token), ("$now", _queue.Now)) == 1;

    private bool Release(SqliteSession session) =>
        session.Run("DELETE FROM sessions WHERE queue=$queue AND session=$session", ("$queue", _queue.Definition.Name), ("$session", SessionId)) == 1;

    private Task<T> WriteLockedAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) => _queue.Database.WriteAsync(
        session => IsLocked(session) ? work(session) : throw LockLost(), cancellationToken);

    private QueueLockLostException LockLost() => new(_queue.Definition.Name, SessionId);

    private bool IsLocked(SqliteSession session) => session.Scalar(
        "SELECT 1 FROM sessions WHERE queue=$queue AND session=$session AND token=$token AND locked_until>$now",
        ("$queue", _queue.Definition.Name), ("$session", SessionId), ("$token", _token), ("$now", _queue.Now)) is not null;
}
