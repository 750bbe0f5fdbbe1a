using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;

namespace MetricsAlerts.ServiceBus;

/// <summary>
/// Whether a queue can be reached, and how long it takes to ask it something. The client gives no sign of a question that is still on its
/// way, so it is asked something else that is always answered. Network time is real time, whatever the clock of the pipeline says.
/// </summary>
internal sealed class ServiceBusContact(ServiceBusClient client, QueueDefinition definition)
{
    private readonly Lock _lock = new();
    private Task<TimeSpan>? _proof;
    private long _provedAt = long.MinValue;

    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>
    /// Proves that the queue can be reached, unless it was proved since then; all who ask meanwhile share the proof. Returns how long
    /// it took.
    /// </summary>
    /// <exception cref="ServiceBusException">It cannot.</exception>
    public Task<TimeSpan> ProveAsync(long since, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_proof is null || (_proof.IsCompleted && _provedAt <= since))
                _proof = AskAsync();
            return _proof.WaitAsync(cancellationToken);
        }
    }

    private async Task<TimeSpan> AskAsync()
    {
        var started = Now;
        await using var receiver = client.CreateReceiver(definition.Name);
        await receiver.PeekMessageAsync();
        _provedAt = Now;
        return Stopwatch.GetElapsedTime(started);
    }
}
