using System.Collections.Concurrent;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>What is to go wrong, in order; each fault meets one operation.</summary>
public sealed class BrokerFaults
{
    private readonly ConcurrentDictionary<BrokerOperation, ConcurrentQueue<Fault>> _faults = new();

    /// <summary>Lets the next operations of the kind meet these faults, one each.</summary>
    public void Next(BrokerOperation operation, params Fault[] faults)
    {
        foreach (var fault in faults)
            _faults.GetOrAdd(operation, _ => new()).Enqueue(fault);
    }

    /// <summary>Whether every fault has met its operation.</summary>
    public bool AllMet => _faults.Values.All(faults => faults.IsEmpty);

    internal Fault? Take(BrokerOperation operation) =>
        _faults.TryGetValue(operation, out var faults) && faults.TryDequeue(out var fault) ? fault : null;
}
