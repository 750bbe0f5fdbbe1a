using MetricsAlerts.Messaging;

namespace Simulation.Ports;

/// <summary>A queue in memory that does what <see cref="IQueue"/> promises, and no more: which session comes next may be chosen by somebody else.</summary>
/// <param name="definition">What it is called and how it behaves.</param>
/// <param name="time">The queue's own clock.</param>
/// <param name="choose">Chooses one of so many sessions that wait, the one that waited longest first; null for that one.</param>
public sealed class MemoryQueue(QueueDefinition definition, TimeProvider time, Func<int, int>? choose = null) : IQueue
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (DateTimeOffset At, string Session)> _seen = new(StringComparer.Ordinal);
    private readonly Queue<(DateTimeOffset At, string Id)> _seenInOrder = new();
    private readonly Dictionary<string, QueueSessionState> _sessions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, DeadLetter> _dead = [];
    private readonly List<Waiter> _waiters = [];
    private ITimer? _alarm;
    private DateTimeOffset _alarmAt = DateTimeOffset.MaxValue;
    private long _sequence;

    /// <inheritdoc/>
    public QueueDefinition Definition => definition;

    /// <summary>Everything that waits, with the time from which on it is due.</summary>
    public IReadOnlyList<(QueueMessage Message, DateTimeOffset DueAt, int Deliveries)> Waiting
    {
        get
        {
            lock (_lock)
                return [.. _sessions.Values.SelectMany(session => session.Entries.Values).Select(entry => (entry.Message, entry.DueAt, entry.Deliveries))];
        }
    }

    /// <summary>Every dead letter.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters
    {
        get
        {
            lock (_lock)
                return [.. _dead.Values];
        }
    }

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <inheritdoc/>
    public Task SendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        QueueLimits.Check(definition, messages);
        lock (_lock)
        {
            foreach (var message in messages)
                Enqueue(message);
            WakeOne(messages.Count);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<IQueueSession?> AcceptNextSessionAsync(TimeSpan maxWait, CancellationToken cancellationToken)
    {
        var until = Now + maxWait;
        while (true)
        {
            Waiter waiter;
            lock (_lock)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TryLock() is { } session)
                    return session;
                if (Now >= until)
                    return null;
                _waiters.Add(waiter = new());
                SetAlarm();
            }

            await using var stopped = cancellationToken.UnsafeRegister(_ => Leave(waiter), null);
            await using var deadline = time.CreateTimer(static state => ((Waiter)state!).Wake(), waiter, until - Now, Timeout.InfiniteTimeSpan);
            await waiter.Woken;
            Leave(waiter);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(int maxMessages, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DeadLetter>>([.. DeadLetters.Take(maxMessages)]);

    /// <inheritdoc/>
    public Task<DeadLetter?> FindDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(_dead.GetValueOrDefault(sequenceNumber));
    }

    /// <inheritdoc/>
    public Task<DeadLetter?> RemoveDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(_dead.Remove(sequenceNumber, out var letter) ? letter : null);
    }

    internal IReadOnlyList<ReceivedMessage> Receive(MemorySession session, int most)
    {
        lock (_lock)
        {
            var received = new List<ReceivedMessage>();
            foreach (var entry in Hold(session).Entries.Values)
            {
                if (received.Count == most)
                    break;
                if (entry.DueAt > Now || entry.LockedBy == session)
                    continue;
                entry.LockedBy = session;
                received.Add(entry.ToReceived());
            }

            return received;
        }
    }

    internal void Remove(MemorySession session, ReceivedMessage message)
    {
        lock (_lock)
            Take(session, message);
    }

    internal void GiveBack(MemorySession session, ReceivedMessage message)
    {
        lock (_lock)
        {
            if (Hold(session).Entries.GetValueOrDefault(message.SequenceNumber) is not { } entry || entry.LockedBy != session)
                throw new QueueLockLostException(definition.Name, session.SessionId);
            entry.Deliveries++;
            if (definition.IsLastDelivery(entry.Deliveries))
                Bury(Take(session, message), PoisonMessage.Reason, $"It was given back {entry.Deliveries} times.");
            entry.LockedBy = null;
        }
    }

    internal void Bury(MemorySession session, ReceivedMessage message, string reason, string description)
    {
        lock (_lock)
            Bury(Take(session, message), reason, description);
    }

    internal void Renew(MemorySession session)
    {
        lock (_lock)
        {
            Hold(session);
            session.LockedUntil = Now + definition.LockDuration;
        }
    }

    /// <summary>Lets a session go: what was received but not settled was not delivered. Lets it go as one whose lock was lost when <paramref name="isLost"/>.</summary>
    internal void Free(MemorySession session, bool isLost = false)
    {
        lock (_lock)
        {
            if (_sessions.GetValueOrDefault(session.SessionId) is not { } state || state.Holder != session)
                return;
            Release(state, counts: isLost || session.LockedUntil <= Now);
            WakeOne(1);
        }
    }

    private void Enqueue(QueueMessage message)
    {
        while (_seenInOrder.TryPeek(out var oldest) && Now - oldest.At > definition.DuplicateDetectionWindow)
        {
            _seenInOrder.Dequeue();
            _seen.Remove(oldest.Id);
        }

        if (!_seen.TryAdd(message.MessageId, (Now, message.SessionId)))
            return;
        _seenInOrder.Enqueue((Now, message.MessageId));
        if (!_sessions.TryGetValue(message.SessionId, out var session))
            _sessions[message.SessionId] = session = new(message.SessionId);
        var copy = message with { Body = message.Body.ToArray() };
        session.Add(new(copy, message.EnqueueAt is { } at && at > Now ? at : Now, ++_sequence));
    }

    private MemorySession? TryLock()
    {
        var free = new List<QueueSessionState>();
        List<QueueSessionState>? expired = null;
        foreach (var session in _sessions.Values)
        {
            if (session.Holder is { } holder && holder.LockedUntil <= Now)
                (expired ??= []).Add(session);
            else if (session.Holder is null && session.FirstDue.DueAt <= Now)
                free.Add(session);
        }

        foreach (var session in expired ?? [])
        {
            Release(session, counts: true);
            if (session.Entries.Count > 0 && session.FirstDue.DueAt <= Now)
                free.Add(session);
        }

        if (free.Count == 0)
            return null;
        free.Sort(static (one, other) => (one.FirstDue.DueAt, one.FirstDue.Sequence).CompareTo((other.FirstDue.DueAt, other.FirstDue.Sequence)));
        var chosen = free[choose is null || free.Count == 1 ? 0 : choose(free.Count)];
        return chosen.Holder = new(this, chosen.Id) { LockedUntil = Now + definition.LockDuration };
    }

    private QueueSessionState Hold(MemorySession session)
    {
        if (_sessions.GetValueOrDefault(session.SessionId) is not { } state || state.Holder != session)
            throw new QueueLockLostException(definition.Name, session.SessionId);
        if (session.LockedUntil > Now)
            return state;
        Release(state, counts: true);
        throw new QueueLockLostException(definition.Name, session.SessionId);
    }

    /// <summary>Ends a lock. A session that holds nothing is forgotten then.</summary>
    private void Release(QueueSessionState session, bool counts)
    {
        foreach (var entry in session.Entries.Values.Where(entry => entry.LockedBy is not null).ToList())
        {
            entry.LockedBy = null;
            if (!counts)
                continue;
            entry.Deliveries++;
            if (definition.IsLastDelivery(entry.Deliveries))
            {
                session.Remove(entry);
                Bury(entry, PoisonMessage.Reason, $"Its lock was lost at delivery {entry.Deliveries}.");
            }
        }

        session.Holder = null;
        if (session.Entries.Count == 0)
            _sessions.Remove(session.Id);
    }

    private QueueEntry Take(MemorySession session, ReceivedMessage message)
    {
        var state = Hold(session);
        if (state.Entries.GetValueOrDefault(message.SequenceNumber) is not { } entry || entry.LockedBy != session)
            throw new QueueLockLostException(definition.Name, session.SessionId);
        state.Remove(entry);
        return entry;
    }

    private void Bury(QueueEntry entry, string reason, string description) => _dead[entry.Sequence] = new(entry.ToReceived(), reason, description, Now);

    /// <summary>Nobody waits here any more, even if he cannot say so himself.</summary>
    private void Leave(Waiter waiter)
    {
        lock (_lock)
            _waiters.Remove(waiter);
        waiter.Wake();
    }

    private void WakeOne(int most)
    {
        for (var i = 0; i < most && _waiters.Count > 0; i++)
        {
            var index = choose is null || _waiters.Count == 1 ? 0 : choose(_waiters.Count);
            _waiters[index].Wake();
            _waiters.RemoveAt(index);
        }

        SetAlarm();
    }

    /// <summary>Sets the alarm to the next moment at which a waiter might get something: a message is due or a lock expires.</summary>
    private void SetAlarm()
    {
        if (_waiters.Count == 0)
            return;
        var next = DateTimeOffset.MaxValue;
        foreach (var session in _sessions.Values)
        {
            if (session.Entries.Count == 0)
                continue;
            var due = session.FirstDue.DueAt;
            if (session.Holder is { } holder && holder.LockedUntil > due)
                due = holder.LockedUntil;
            if (due < next)
                next = due;
        }

        if (next == DateTimeOffset.MaxValue || (next >= _alarmAt && _alarmAt > Now))
            return;
        _alarm?.Dispose();
        _alarmAt = next;
        var wait = next - Now;
        _alarm = time.CreateTimer(_ => Ring(), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Ring()
    {
        lock (_lock)
        {
            _alarmAt = DateTimeOffset.MaxValue;
            WakeOne(int.MaxValue);
        }
    }

    private sealed class Waiter
    {
        private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Woken => _source.Task;

        public void Wake() => _source.TrySetResult();
    }
}
