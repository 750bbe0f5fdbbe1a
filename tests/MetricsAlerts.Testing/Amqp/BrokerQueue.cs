using MetricsAlerts.Messaging;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>A queue with sessions, as far as it is not a matter of AMQP. It outlives the connections.</summary>
internal sealed class BrokerQueue : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, BrokerSession> _sessions = new(StringComparer.Ordinal);
    private readonly PriorityQueue<StoredMessage, (DateTimeOffset, int)> _scheduled = new();
    private readonly LinkedList<SessionWaiter> _waiters = [];
    private readonly QueueDefinition _definition;
    private readonly TimeProvider _time;
    private readonly DuplicateLog _seen;
    private readonly ITimer _timer;
    private long _lastNumber;
    private int _scheduledSoFar;

    public BrokerQueue(QueueDefinition definition, TimeProvider time)
    {
        _definition = definition;
        _time = time;
        _seen = new(definition.DuplicateDetectionWindow, time);
        DeadLetters = new(definition, time);
        _timer = time.CreateTimer(_ => Change(_ => true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name => _definition.Name;

    public DeadLetterBox DeadLetters { get; }

    /// <summary>Takes all messages, but for those whose id was seen of late.</summary>
    public Error? Send(IReadOnlyList<StoredMessage> messages) => Change(after =>
    {
        if (messages.FirstOrDefault(message => message.SessionId is null) is { } without)
            return BrokerError.Of(AmqpErrorCode.NotAllowed.Value, $"Message '{without.MessageId}' has no session id.");
        foreach (var message in messages.Where(message => _seen.IsNew(message.MessageId)))
        {
            if (message.ScheduledFor is { } at && at > _time.GetUtcNow())
                _scheduled.Enqueue(message, (at, _scheduledSoFar++));
            else
                Show(message, after);
        }

        return null;
    });

    /// <summary>Waits for the next session, or has a particular one at once unless somebody else has it.</summary>
    public void Ask(SessionWaiter waiter) => Change(_ =>
    {
        if (waiter.SessionId is null)
            _waiters.AddLast(waiter);
        else if (Session(waiter.SessionId) is { Holder: null } session)
            Give(session, waiter);
        else
            waiter.Answer(null);
        return true;
    });

    /// <summary>Frees what the holder has or waits for. What it had not settled comes again, and does not count as delivered.</summary>
    public void Release(ISessionHolder holder) => Change(after =>
    {
        foreach (var waiter in _waiters.Where(waiter => waiter.Holder == holder).ToList())
        {
            _waiters.Remove(waiter);
            waiter.Answer(null);
        }

        if (Of(holder) is { } session)
            Free(session, areCounted: false, after);
        return true;
    });

    /// <summary>The next message of the holder's session, locked; null when there is none now.</summary>
    public LockedMessage? Take(ISessionHolder holder) => Change(_ =>
    {
        if (Of(holder) is not { Waiting.Count: > 0 } session)
            return null;
        var (number, message) = session.Waiting.First();
        session.Waiting.Remove(number);
        var locked = new LockedMessage(Guid.NewGuid(), message, session.LockedUntil);
        session.Delivered.Add(locked.Token, message);
        return locked;
    });

    public Error? Complete(ISessionHolder holder, Guid token) => Settle(holder, token, (_, _, _) => { });

    /// <summary>Gives a message back; past the most deliveries it is a dead letter.</summary>
    public Error? Abandon(ISessionHolder holder, Guid token, bool isCounted) => Settle(
        holder, token, (session, message, after) => PutBack(session, message, isCounted, after));

    public Error? DeadLetter(ISessionHolder holder, Guid token, IReadOnlyDictionary<string, object> properties) => Settle(
        holder,
        token,
        (_, message, after) =>
        {
            foreach (var (name, value) in properties)
                message.Properties[name] = value;
            DeadLetters.Add(message, null, null);
            after.Add(DeadLetters.Notify);
        });

    /// <summary>Locks a session for a whole lock duration from now; null when the link has it no longer.</summary>
    public DateTimeOffset? Renew(string sessionId, string? linkName) => Change(_ =>
    {
        if (!_sessions.TryGetValue(sessionId, out var session) || session.Holder is null
            || (linkName is not null && session.Holder.LinkName != linkName))
            return (DateTimeOffset?)null;
        return session.LockedUntil = _time.GetUtcNow() + _definition.LockDuration;
    });

    /// <summary>Visible and scheduled messages from a number on; those that are scheduled have none yet and come last.</summary>
    public IReadOnlyList<StoredMessage> Peek(long from, int most) => Change(_ => (IReadOnlyList<StoredMessage>)
        [
            .. _sessions.Values.SelectMany(session => session.Waiting.Values.Concat(session.Delivered.Values))
                .Where(message => message.SequenceNumber >= from).OrderBy(message => message.SequenceNumber).Take(most),
        ]);

    /// <summary>Messages that are there, delivered and scheduled ones included.</summary>
    public int Count() => Change(_ => _scheduled.Count + _sessions.Values.Sum(session => session.Waiting.Count + session.Delivered.Count));

    /// <summary>Lets every lock on a session expire now; returns how many there were.</summary>
    public int ExpireLocks() => Change(after =>
    {
        var held = _sessions.Values.Where(session => session.Holder is not null).ToList();
        foreach (var session in held)
            Free(session, areCounted: true, after);
        return held.Count;
    });

    public void Dispose()
    {
        _timer.Dispose();
        DeadLetters.Dispose();
    }

    /// <summary>Does something under the lock, and what follows from it; others are told after the lock is given back.</summary>
    private T Change<T>(Func<List<Action>, T> change)
    {
        var after = new List<Action>();
        T result;
        lock (_lock)
        {
            PassTime(after);
            result = change(after);
            GiveOut();
            SetTimer();
        }

        foreach (var act in after)
            act();
        return result;
    }

    private void PassTime(List<Action> after)
    {
        var now = _time.GetUtcNow();
        while (_scheduled.TryPeek(out var message, out var due) && due.Item1 <= now)
        {
            _scheduled.Dequeue();
            Show(message, after);
        }

        foreach (var session in _sessions.Values.Where(session => session.Holder is not null && session.LockedUntil <= now).ToList())
            Free(session, areCounted: true, after);
        while (_waiters.FirstOrDefault(waiter => waiter.Until <= now) is { } late)
        {
            _waiters.Remove(late);
            late.Answer(null);
        }
    }

    /// <summary>The session whose oldest message has waited longest goes to who has waited longest.</summary>
    private void GiveOut()
    {
        while (_waiters.First is { } first)
        {
            if (_sessions.Values.Where(session => session.IsFree).MinBy(session => session.Waiting.First().Key) is not { } next)
                return;
            _waiters.RemoveFirst();
            Give(next, first.Value);
        }
    }

    private void Give(BrokerSession session, SessionWaiter waiter)
    {
        session.Holder = waiter.Holder;
        session.LockedUntil = _time.GetUtcNow() + _definition.LockDuration;
        waiter.Answer(session);
    }

    private void SetTimer()
    {
        IEnumerable<DateTimeOffset> times =
        [
            .. _sessions.Values.Where(session => session.Holder is not null).Select(session => session.LockedUntil),
            .. _waiters.Select(waiter => waiter.Until),
            _scheduled.TryPeek(out _, out var due) ? due.Item1 : DateTimeOffset.MaxValue,
        ];
        var next = times.Min();
        if (next == DateTimeOffset.MaxValue)
            return;
        var wait = next - _time.GetUtcNow();
        _timer.Change(wait > Shortest ? wait : Shortest, Timeout.InfiniteTimeSpan);
    }

    private void Show(StoredMessage message, List<Action> after)
    {
        message.SequenceNumber = ++_lastNumber;
        message.EnqueuedAt = message.ScheduledFor is { } at && at <= _time.GetUtcNow() ? at : _time.GetUtcNow();
        var session = Session(message.SessionId!);
        session.Waiting.Add(message.SequenceNumber, message);
        if (session.Holder is { } holder)
            after.Add(holder.Pump);
    }

    private BrokerSession Session(string id)
    {
        if (!_sessions.TryGetValue(id, out var session))
            _sessions.Add(id, session = new(id));
        return session;
    }

    private void Free(BrokerSession session, bool areCounted, List<Action> after)
    {
        if (areCounted && session.Holder is { } loser)
            after.Add(loser.Lose);
        session.Holder = null;
        foreach (var message in session.Delivered.Values)
            PutBack(session, message, areCounted, after);
        session.Delivered.Clear();
        Forget(session);
    }

    private void PutBack(BrokerSession session, StoredMessage message, bool isCounted, List<Action> after)
    {
        if (isCounted && ++message.FailedDeliveries >= _definition.MaxDeliveryCount)
        {
            DeadLetters.Add(
                message, PoisonMessage.Reason, $"Message could not be consumed after {_definition.MaxDeliveryCount} delivery attempts.");
            after.Add(DeadLetters.Notify);
            return;
        }

        session.Waiting.Add(message.SequenceNumber, message);
        if (session.Holder is { } holder)
            after.Add(holder.Pump);
    }

    private Error? Settle(ISessionHolder holder, Guid token, Action<BrokerSession, StoredMessage, List<Action>> settle) => Change(after =>
    {
        if (Of(holder) is not { } session || !session.Delivered.Remove(token, out var message))
            return BrokerError.Of(BrokerError.SessionLockLost);
        settle(session, message, after);
        Forget(session);
        return null;
    });

    private BrokerSession? Of(ISessionHolder holder) => _sessions.Values.FirstOrDefault(session => session.Holder == holder);

    private void Forget(BrokerSession session)
    {
        if (session.IsForgotten)
            _sessions.Remove(session.Id);
    }
}
