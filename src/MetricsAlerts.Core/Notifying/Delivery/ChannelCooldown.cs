using System.Collections.Concurrent;

namespace MetricsAlerts.Notifying.Delivery;

/// <summary>
/// Whether a channel has to be left alone for a while: after failures in a row, or because it asked to wait. All its groups wait then, not only the one that met
/// it. In memory: each process finds out for itself.
/// </summary>
internal sealed class ChannelCooldown(NotifyOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Channel> _channels = new(StringComparer.Ordinal);

    /// <summary>When the cool-down ends; null when the channel may be asked.</summary>
    public DateTimeOffset? EndsAt(string channel) =>
        _channels.TryGetValue(channel, out var known) && known.EndsAt is var until && Remains(until) ? until : null;

    /// <summary>Records how an attempt went.</summary>
    public void Record(string channel, DeliveryResult result)
    {
        var known = _channels.GetOrAdd(channel, _ => new());
        lock (known)
        {
            known.Failures = result is DeliveryResult.Deferred ? known.Failures + 1 : 0;
            var wait = result is DeliveryResult.Deferred { RetryAfter: { } asked } ? asked : known.Failures >= options.CooldownFailures ? options.FirstRetry : TimeSpan.Zero;

            // Never shorter than known, and not longer than the longest wait: those who wait must also be given up in time.
            var until = time.GetUtcNow() + (wait < options.LongestRetry ? wait : options.LongestRetry);
            if (until > known.EndsAt)
                known.EndsAt = until;
        }
    }

    /// <summary>A cool-down that ends later than any can was begun before the clock was set back.</summary>
    private bool Remains(DateTimeOffset until) => time.GetUtcNow() is var now && until > now && until <= now + options.LongestRetry;

    private sealed class Channel
    {
        private long _endsAt;

        public int Failures { get; set; }

        public DateTimeOffset EndsAt
        {
            get => new(Interlocked.Read(ref _endsAt), TimeSpan.Zero);
            set => Interlocked.Exchange(ref _endsAt, value.UtcTicks);
        }
    }
}
