using System.Collections.Concurrent;
using System.Collections.Frozen;
using MetricsAlerts.Messaging;
using Microsoft.Data.Sqlite;

namespace MetricsAlerts.Sqlite.Queues;

/// <summary>
/// A queue as rows of the database file. Locks are rows too, so that several processes can share it: the locks of one that is gone are let
/// go (<see cref="QueueOwner"/>), and those of one that hangs expire.
/// </summary>
public sealed class SqliteQueue(SqliteDatabase database, QueueDefinition definition, TimeProvider time) : IQueue
{
    /// <summary>Another process may write to the file without a signal to this one.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>Messages that are taken along when their session is locked.</summary>
    private const int TakenAtOnce = 32;

    /// <summary>
    /// Whether a lock holds. One's own go by elapsed time, which no change of the clock touches; another process has another measure of
    /// that, so its locks go by the clock, and one that ends later than a lock can last was taken before the clock was set back:
    /// it is none.
    /// </summary>
    private const string Holds =
        "(CASE WHEN s.owner=$owner THEN s.held_until>$elapsed ELSE s.locked_until>$now AND s.locked_until<=$longest END)";

    private readonly Signal _signal = new();
    private readonly SqliteDeadLetters _deadLetters = new(database, definition);
    private readonly QueueRepair _repair = new(database, definition, time);
    private readonly ConcurrentQueue<TaskCompletionSource<IQueueSession?>> _asking = new();

    /// <summary>The last look found work: the next is likely to, so that the look before the lock can be spared.</summary>
    private volatile bool _isBusy;

    /// <inheritdoc/>
    public QueueDefinition Definition => definition;

    internal SqliteDatabase Database => database;

    internal long Now => time.GetUtcNow().UtcTicks;

    /// <summary>Elapsed time since some moment that is the same for all of this process.</summary>
    internal long Elapsed => time.GetElapsedTime(0).Ticks;

    /// <inheritdoc/>
    public async Task SendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        QueueLimits.Check(definition, messages);
        if (messages.Count == 0)
            return;
        await database.WriteAsync(
            session =>
            {
                var now = Now;
                session.Run("DELETE FROM seen WHERE queue=$queue AND until<$now", ("$queue", definition.Name), ("$now", now));
                foreach (var message in messages)
                    Send(session, message, now);
                return true;
            },
            cancellationToken);
        _signal.Raise();
    }

    /// <inheritdoc/>
    public async Task<IQueueSession?> AcceptNextSessionAsync(TimeSpan maxWait, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _repair.LookAsync();
            var raised = _signal.Next;
            if ((_isBusy || database.Read(session => FindFree(session, 1)).Count > 0) && await TryLockAsync() is { } locked)
                return locked;
            var left = maxWait - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return null;
            var due = (await NextDueAsync(cancellationToken) - time.GetUtcNow()) ?? LookAgain;
            await Task.WhenAny(raised, Task.Delay(Shortest(due, left), time, cancellationToken));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(int maxMessages, CancellationToken cancellationToken) =>
        Task.FromResult(_deadLetters.Peek(maxMessages));

    /// <inheritdoc/>
    public Task<DeadLetter?> FindDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
        Task.FromResult(_deadLetters.Find(sequenceNumber));

    /// <inheritdoc/>
    public Task<DeadLetter?> RemoveDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
        _deadLetters.RemoveAsync(sequenceNumber, cancellationToken);

    /// <summary>
    /// When the next message can be taken: it becomes visible, or the lock on its session expires. Null when the queue is empty.
    /// </summary>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => Task.FromResult(database.Read(session =>
    {
        var now = Now;
        return session.Scalar(
            $"""
            SELECT MIN(MAX(m.enqueue_at, COALESCE(
                (SELECT CASE WHEN s.owner=$owner THEN $now+s.held_until-$elapsed ELSE s.locked_until END
                FROM locks s WHERE s.queue=m.queue AND s.session=m.session AND {Holds}), 0)))
            FROM messages m WHERE m.queue=$queue
            """,
            ("$queue", definition.Name), ("$owner", database.Owner.Id), ("$elapsed", Elapsed), ("$now", now), ("$longest", Longest(now)))
            is long due ? new DateTimeOffset(due, TimeSpan.Zero) : (DateTimeOffset?)null;
    }));

    internal void RaiseSignal() => _signal.Raise();

    /// <summary>
    /// Due messages of a session that is locked, but for those that its consumer has already. They are not counted as delivered before
    /// they are handed out (<see cref="Count"/>). What was delivered too often goes to the dead letters.
    /// </summary>
    internal List<ReceivedMessage> Take(SqliteSession session, string sessionId, int maxMessages, IReadOnlySet<long> held)
    {
        var taken = new List<ReceivedMessage>();
        var due = ReadDue(session, sessionId, maxMessages + held.Count).Where(message => !held.Contains(message.SequenceNumber));
        foreach (var message in due.Take(maxMessages))
        {
            if (message.DeliveryCount < definition.MaxDeliveryCount)
                taken.Add(message);
            else
                MoveToDeadLetters(
                    session, message, PoisonMessage.Reason, $"It was delivered {message.DeliveryCount} times without success.");
        }

        return taken;
    }

    /// <summary>Counts a delivery.</summary>
    internal static void Count(SqliteSession session, ReceivedMessage message) =>
        session.Run("UPDATE messages SET deliveries=deliveries+1 WHERE seq=$seq", ("$seq", message.SequenceNumber));

    internal List<ReceivedMessage> ReadDue(SqliteSession session, string sessionId, int maxMessages)
    {
        using var reader = session.Query(
            """
            SELECT id, session, schema, body, deliveries, seq, enqueue_at, trace FROM messages
            WHERE queue=$queue AND session=$session AND enqueue_at<=$now ORDER BY seq LIMIT $max
            """,
            ("$queue", definition.Name), ("$session", sessionId), ("$now", Now), ("$max", maxMessages));
        var messages = new List<ReceivedMessage>();
        while (reader.Read())
            messages.Add(MessageOf(reader));
        return messages;
    }

    /// <summary>Whether a session holds no message, due or not.</summary>
    internal bool IsEmpty(SqliteSession session, string sessionId) => session.Scalar(
        "SELECT 1 FROM messages WHERE queue=$queue AND session=$session LIMIT 1",
        ("$queue", definition.Name), ("$session", sessionId)) is null;

    internal void MoveToDeadLetters(SqliteSession session, ReceivedMessage message, string reason, string description) =>
        SqliteDeadLetters.Add(session, message, reason, description, Now);

    /// <summary>The columns id, session, schema, body, deliveries, seq, enqueue_at, trace.</summary>
    internal static ReceivedMessage MessageOf(SqliteDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), (byte[])reader.GetValue(3), reader.GetInt32(4), reader.GetInt64(5),
        new(reader.GetInt64(6), TimeSpan.Zero))
    { TraceParent = reader.IsDBNull(7) ? null : reader.GetString(7) };

    private void Send(SqliteSession session, QueueMessage message, long now)
    {
        var isNew = session.Run(
            "INSERT INTO seen(queue, id, until) VALUES($queue, $id, $until) ON CONFLICT DO NOTHING",
            ("$queue", definition.Name), ("$id", message.MessageId), ("$until", now + definition.DuplicateDetectionWindow.Ticks)) == 1;
        if (!isNew)
            return;
        session.Run(
            """
            INSERT INTO messages(queue, session, id, schema, body, trace, enqueue_at, sent_at)
            VALUES($queue, $session, $id, $schema, $body, $trace, $enqueue_at, $now)
            """,
            ("$queue", definition.Name), ("$session", message.SessionId), ("$id", message.MessageId), ("$schema", message.Schema),
            ("$body", message.Body.ToArray()), ("$trace", message.TraceParent), ("$enqueue_at", message.EnqueueAt?.UtcTicks ?? now),
            ("$now", now));
    }

    /// <summary>All that ask at the same time are answered by one write, which looks for free sessions once.</summary>
    private async Task<IQueueSession?> TryLockAsync()
    {
        var asked = new TaskCompletionSource<IQueueSession?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asking.Enqueue(asked);
        IReadOnlyList<TaskCompletionSource<IQueueSession?>>? answered = null;
        try
        {
            var locked = await database.WriteAsync(
                session => Lock(session, (answered ??= [.. TakeAsking()]).Count), CancellationToken.None);
            for (var i = 0; i < answered!.Count; i++)
                answered[i].SetResult(i < locked.Count ? locked[i] : null);
            if (answered.Count > 0)
                _isBusy = locked.Count == answered.Count;
        }
        catch (Exception exception)
        {
            foreach (var one in answered ?? TakeAsking())
                one.SetException(exception);
        }

        return await asked.Task;
    }

    private IEnumerable<TaskCompletionSource<IQueueSession?>> TakeAsking()
    {
        while (_asking.TryDequeue(out var asked))
            yield return asked;
    }

    private List<SqliteQueueSession> Lock(SqliteSession session, int maxSessions)
    {
        database.Owner.Hold();
        var (until, held) = (Now + definition.LockDuration.Ticks, Elapsed + definition.LockDuration.Ticks);
        var locked = new List<SqliteQueueSession>(maxSessions);
        foreach (var free in FindFree(session, maxSessions))
        {
            var token = Guid.NewGuid().ToString("N");
            session.Run(
                """
                INSERT OR REPLACE INTO locks(queue, session, token, owner, locked_until, held_until)
                VALUES($queue, $session, $token, $owner, $until, $held)
                """,
                ("$queue", definition.Name), ("$session", free), ("$token", token), ("$owner", database.Owner.Id), ("$until", until),
                ("$held", held));
            var taken = Take(session, free, TakenAtOnce, FrozenSet<long>.Empty);

            // The first is handed out at once; each other is counted when the one before it is settled.
            if (taken.Count > 0)
                Count(session, taken[0]);
            locked.Add(new(this, free, token, new(until, TimeSpan.Zero), held, taken));
        }

        return locked;
    }

    private static TimeSpan Shortest(TimeSpan due, TimeSpan left)
    {
        var wait = TimeSpan.FromTicks(Math.Min(Math.Min(due.Ticks, left.Ticks), LookAgain.Ticks));
        return wait > OneMillisecond ? wait : OneMillisecond;
    }

    private long Longest(long now) => now + definition.LockDuration.Ticks;

    /// <summary>Sessions that have due messages and are not locked, those that wait longest first.</summary>
    private List<string> FindFree(SqliteSession session, int maxSessions)
    {
        var free = new List<string>(maxSessions);
        if (maxSessions == 0)
            return free;
        var now = Now;
        using var reader = session.Query(
            $"""
            SELECT m.session FROM messages m WHERE m.queue=$queue AND m.enqueue_at<=$now
                AND NOT EXISTS(SELECT 1 FROM locks s WHERE s.queue=m.queue AND s.session=m.session AND {Holds})
            ORDER BY m.seq
            """,
            ("$queue", definition.Name), ("$owner", database.Owner.Id), ("$elapsed", Elapsed), ("$now", now), ("$longest", Longest(now)));
        while (free.Count < maxSessions && reader.Read())
        {
            if (reader.GetString(0) is var found && !free.Contains(found))
                free.Add(found);
        }

        return free;
    }
}
