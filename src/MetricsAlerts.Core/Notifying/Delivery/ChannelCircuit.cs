using System.Collections.Concurrent;

namespace MetricsAlerts.Notifying.Delivery;

/// <summary>
/// Whether a channel is left alone for a while: after failures in a row, or because it asked to wait. All its groups wait then, not only the one that met
/// it. In memory: each process finds out for itself.
/// </summary>
internal sealed class ChannelCircuit(NotifyOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(StringComparer.Ordinal);

    /// <summary>Until when the channel is left alone; null when it may be asked.</summary>
    public DateTimeOffset? OpenUntil(string channel) =>
        _circuits.TryGetValue(channel, out var circuit) && circuit.OpenUntil is var until && until > time.GetUtcNow() ? until : null;

    /// <summary>Notes how an attempt went.</summary>
    public void Note(string channel, DeliveryResult result)
    {
        var circuit = _circuits.GetOrAdd(channel, _ => new());
        lock (circuit)
        {
            circuit.Failures = result is DeliveryResult.Deferred ? circuit.Failures + 1 : 0;
            var wait = result is DeliveryResult.Deferred { RetryAfter: { } asked } ? asked : circuit.Failures >= options.CircuitFailures ? options.FirstRetry : TimeSpan.Zero;

            // Never shorter than known, and not longer than the longest wait: those who wait must also be given up in time.
            var until = time.GetUtcNow() + (wait < options.LongestRetry ? wait : options.LongestRetry);
            if (until > circuit.OpenUntil)
                circuit.OpenUntil = until;
        }
    }

    private sealed class Circuit
    {
        private long _openUntil;

        public int Failures { get; set; }

        public DateTimeOffset OpenUntil
        {
            get => new(Interlocked.Read(ref _openUntil), TimeSpan.Zero);
            set => Interlocked.Exchange(ref _openUntil, value.UtcTicks);
        }
    }
}
