using System.Collections.Concurrent;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>How many operations the broker was asked for.</summary>
public sealed class OperationCounts
{
    private readonly ConcurrentDictionary<BrokerOperation, int> _counts = new();
    private int _messagesSent;
    private int _sessionsGiven;

    /// <summary>How many of a kind; what met a fault counts too.</summary>
    public int this[BrokerOperation operation] => _counts.GetValueOrDefault(operation);

    /// <summary>Messages that were sent, each of a batch for itself.</summary>
    public int MessagesSent => _messagesSent;

    /// <summary>Sessions that were given to somebody; to wait for none is no operation that Azure bills.</summary>
    public int SessionsGiven => _sessionsGiven;

    /// <summary>Begins to count anew.</summary>
    public void Clear()
    {
        _counts.Clear();
        _messagesSent = 0;
        _sessionsGiven = 0;
    }

    internal void Add(BrokerOperation operation) => _counts.AddOrUpdate(operation, 1, (_, count) => count + 1);

    internal void AddSession() => Interlocked.Increment(ref _sessionsGiven);

    internal void AddMessages(int count) => Interlocked.Add(ref _messagesSent, count);
}
