using MetricsAlerts.Messaging;

namespace MetricsAlerts.Sqlite.Queues;

/// <summary>
/// A locked session. The messages that are due are taken along when it is locked, but each counts as delivered only when it is handed out:
/// in the write that settles the one before it, so that this costs no write of its own.
/// </summary>
internal sealed class SqliteQueueSession : IQueueSession
{
    private const int TakenAtOnce = 32;

    private readonly SqliteQueue _queue;
    private readonly string _token;
    private readonly Dictionary<long, ReceivedMessage> _handedOut = [];
    private readonly Queue<ReceivedMessage> _ahead;

    /// <summary>How many of those ahead are counted already.</summary>
    private int _counted;
    private long _heldUntil;
    private bool _isReleased;

    /// <summary>A session that was locked, with the messages that were taken in the same write, the first of which was counted.</summary>
    public SqliteQueueSession(
        SqliteQueue queue, string sessionId, string token, DateTimeOffset lockedUntil, long heldUntil, IReadOnlyList<ReceivedMessage> taken)
    {
        (_queue, SessionId, _token, LockedUntil, _heldUntil, _ahead) = (queue, sessionId, token, lockedUntil, heldUntil, new(taken));
        _counted = Math.Min(1, taken.Count);
    }

    public string SessionId { get; }

    public DateTimeOffset LockedUntil { get; private set; }

    public async Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(int maxMessages, CancellationToken cancellationToken)
    {
        if (_isReleased)
            return [];
        if (_ahead.Count == 0)
        {
            // Most sessions hold one message: that there is no second is found out without a write.
            var held = _handedOut.Keys.ToHashSet();
            var isEmpty = _queue.Database.Read(session => IsLocked(session)
                ? !_queue.ReadDue(session, SessionId, held.Count + 1).Exists(message => !held.Contains(message.SequenceNumber))
                : throw LockLost());
            if (isEmpty)
                return [];
            foreach (var message in await WriteLockedAsync(session => Take(session, maxMessages, held), cancellationToken))
                _ahead.Enqueue(message);
            _counted = Math.Min(maxMessages, _ahead.Count);
        }

        return await HandOutAsync(Math.Min(maxMessages, _ahead.Count), cancellationToken);
    }

    public Task CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) => SettleAsync(
        message,
        session => session.Run("DELETE FROM messages WHERE seq=$seq", ("$seq", message.SequenceNumber)),
        goesOn: true,
        cancellationToken);

    public Task AbandonAsync(ReceivedMessage message, CancellationToken cancellationToken) => SettleAsync(
        message,
        session =>
        {
            if (message.DeliveryCount >= _queue.Definition.MaxDeliveryCount)
            {
                var description = $"It was delivered {message.DeliveryCount} times without success.";
                _queue.MoveToDeadLetters(session, message, PoisonMessage.Reason, description);
            }
        },
        goesOn: false,
        cancellationToken);

    public Task DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
        SettleAsync(
            message,
            session => _queue.MoveToDeadLetters(session, message, QueueLimits.CutReason(reason), QueueLimits.CutDescription(description)),
            goesOn: true,
            cancellationToken);

    public async Task RenewLockAsync(CancellationToken cancellationToken)
    {
        if (_isReleased)
            return;
        var (until, held) = (_queue.Now + _queue.Definition.LockDuration.Ticks, _queue.Elapsed + _queue.Definition.LockDuration.Ticks);
        await WriteLockedAsync(
            session => session.Run(
                "UPDATE locks SET locked_until=$until, held_until=$held WHERE queue=$queue AND session=$session",
                ("$until", until), ("$held", held), ("$queue", _queue.Definition.Name), ("$session", SessionId)),
            cancellationToken);
        (LockedUntil, _heldUntil) = (new(until, TimeSpan.Zero), held);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isReleased)
            return;
        _isReleased = true;
        try
        {
            await _queue.Database.WriteAsync(LetGo, CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            // A database that is closed has let its locks go.
        }

        _queue.RaiseSignal();
    }

    private bool LetGo(SqliteSession session)
    {
        if (!IsLocked(session))
            return false;

        // What was handed out but not settled is not held against it.
        foreach (var seq in _handedOut.Keys.Concat(_ahead.Take(_counted).Select(message => message.SequenceNumber)))
            session.Run("UPDATE messages SET deliveries=deliveries-1 WHERE seq=$seq", ("$seq", seq));
        return session.Run(
            "DELETE FROM locks WHERE queue=$queue AND session=$session", ("$queue", _queue.Definition.Name), ("$session", SessionId)) == 1;
    }

    private List<ReceivedMessage> Take(SqliteSession session, int maxMessages, HashSet<long> held)
    {
        var taken = _queue.Take(session, SessionId, Math.Max(maxMessages, TakenAtOnce), held);
        foreach (var message in taken.Take(maxMessages))
            SqliteQueue.Count(session, message);
        return taken;
    }

    private async Task<IReadOnlyList<ReceivedMessage>> HandOutAsync(int count, CancellationToken cancellationToken)
    {
        if (count > _counted || _heldUntil <= _queue.Elapsed)
        {
            var uncounted = _ahead.Take(count).Skip(_counted).ToList();
            await WriteLockedAsync(
                session =>
                {
                    uncounted.ForEach(message => SqliteQueue.Count(session, message));
                    return true;
                },
                cancellationToken);
            _counted = Math.Max(_counted, count);
        }

        var received = new List<ReceivedMessage>(count);
        for (var i = 0; i < count; i++)
        {
            var message = _ahead.Dequeue();
            received.Add(message with { DeliveryCount = message.DeliveryCount + 1 });
            _handedOut[message.SequenceNumber] = received[i];
        }

        _counted -= count;
        return received;
    }

    /// <summary>With the last message that is due the session is let go in the same write; else the next one is counted in it.</summary>
    private async Task SettleAsync(
        ReceivedMessage message, Action<SqliteSession> settle, bool goesOn, CancellationToken cancellationToken)
    {
        var isLast = _ahead.Count == 0 && _handedOut.Count == 1 && _handedOut.ContainsKey(message.SequenceNumber);
        var next = goesOn && _counted == 0 && _ahead.TryPeek(out var ahead) ? ahead : null;
        var (isReleased, isEmpty) = await _queue.Database.WriteAsync(
            session =>
            {
                settle(session);
                if (isLast && TryRelease(session))
                    return (true, _queue.IsEmpty(session, SessionId));
                if (!IsLocked(session))
                    throw LockLost();
                if (next is not null)
                    SqliteQueue.Count(session, next);
                return (false, false);
            },
            cancellationToken);
        _handedOut.Remove(message.SequenceNumber);
        _counted += next is null ? 0 : 1;
        _isReleased |= isReleased;

        // A session that holds nothing more is nothing to wake anybody for.
        if (isReleased && !isEmpty)
            _queue.RaiseSignal();
    }

    /// <summary>Lets the session go if it is still locked and nothing more is due.</summary>
    private bool TryRelease(SqliteSession session) => session.Run(
        """
        DELETE FROM locks WHERE queue=$queue AND session=$session AND token=$token AND held_until>$elapsed
            AND NOT EXISTS(SELECT 1 FROM messages m INDEXED BY messages_by_session
                WHERE m.queue=$queue AND m.session=$session AND m.enqueue_at<=$now)
        """,
        ("$queue", _queue.Definition.Name), ("$session", SessionId), ("$token", _token), ("$elapsed", _queue.Elapsed),
        ("$now", _queue.Now)) == 1;

    private Task<T> WriteLockedAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) => _queue.Database.WriteAsync(
        session => IsLocked(session) ? work(session) : throw LockLost(), cancellationToken);

    private QueueLockLostException LockLost() => new(_queue.Definition.Name, SessionId);

    private bool IsLocked(SqliteSession session) => session.Scalar(
        "SELECT 1 FROM locks WHERE queue=$queue AND session=$session AND token=$token AND held_until>$elapsed",
        ("$queue", _queue.Definition.Name), ("$session", SessionId), ("$token", _token), ("$elapsed", _queue.Elapsed)) is not null;
}
