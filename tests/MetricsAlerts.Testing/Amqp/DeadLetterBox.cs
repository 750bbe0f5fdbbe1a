using MetricsAlerts.Messaging;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>
/// A queue's dead letters. They have no sessions: each is locked for itself, and stays so for the queue's lock duration even when the link
/// that received it is closed.
/// </summary>
internal sealed class DeadLetterBox : IDisposable
{
    private const string ReasonProperty = "DeadLetterReason";
    private const string DescriptionProperty = "DeadLetterErrorDescription";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, StoredMessage> _letters = [];
    private readonly Dictionary<Guid, LockedMessage> _locked = [];
    private readonly QueueDefinition _definition;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public DeadLetterBox(QueueDefinition definition, TimeProvider time)
    {
        _definition = definition;
        _time = time;
        _timer = time.CreateTimer(_ => Notify(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>There may be something to deliver.</summary>
    public event Action? Changed;

    /// <summary>Tells receivers that wait.</summary>
    public void Notify() => Changed?.Invoke();

    public void Add(StoredMessage message, string? reason, string? description)
    {
        if (reason is not null)
            message.Properties[ReasonProperty] = reason;
        if (description is not null)
            message.Properties[DescriptionProperty] = description;
        lock (_lock)
            _letters[message.SequenceNumber] = message;
    }

    /// <summary>Locks the oldest that is free.</summary>
    public LockedMessage? Take()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            foreach (var expired in _locked.Values.Where(held => held.LockedUntil <= now).ToList())
                GiveBack(expired);
            var held = _locked.Values.Select(locked => locked.Message.SequenceNumber).ToHashSet();
            if (_letters.FirstOrDefault(letter => !held.Contains(letter.Key)).Value is not { } free)
                return null;
            var taken = new LockedMessage(Guid.NewGuid(), free, now + _definition.LockDuration);
            _locked.Add(taken.Token, taken);
            _timer.Change(_definition.LockDuration, Timeout.InfiniteTimeSpan);
            return taken;
        }
    }

    /// <summary>Removes a letter, or gives it back; a dead letter may be delivered any number of times.</summary>
    public Error? Settle(Guid token, bool remove)
    {
        lock (_lock)
        {
            if (!_locked.TryGetValue(token, out var locked) || locked.LockedUntil <= _time.GetUtcNow())
                return BrokerError.Of(BrokerError.MessageLockLost);
            if (remove)
            {
                _locked.Remove(token);
                _letters.Remove(locked.Message.SequenceNumber);
                return null;
            }

            GiveBack(locked);
        }

        Notify();
        return null;
    }

    public IReadOnlyList<StoredMessage> Peek(long from, int most)
    {
        lock (_lock)
            return [.. _letters.Where(letter => letter.Key >= from).Take(most).Select(letter => letter.Value)];
    }

    /// <summary>How many are locked now.</summary>
    public int CountLocked()
    {
        lock (_lock)
            return _locked.Values.Count(locked => locked.LockedUntil > _time.GetUtcNow());
    }

    public void Dispose() => _timer.Dispose();

    private void GiveBack(LockedMessage locked)
    {
        _locked.Remove(locked.Token);
        locked.Message.FailedDeliveries++;
    }
}
