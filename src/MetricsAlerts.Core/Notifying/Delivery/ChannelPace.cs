using System.Collections.Concurrent;

namespace MetricsAlerts.Notifying.Delivery;

/// <summary>How fast each channel may be asked, and whether it is left alone for a while after failures in a row. In memory: each process keeps its own.</summary>
internal sealed class ChannelPace(NotifyOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Pace> _paces = new(StringComparer.Ordinal);

    /// <summary>Takes the channel's next turn: null for now, or when to come again.</summary>
    public Turn? TakeTurn(string channel, TimeSpan between)
    {
        var pace = _paces.GetOrAdd(channel, _ => new());
        var now = time.GetUtcNow();
        lock (pace)
        {
            if (pace.ClosedUntil > now)
                return new(pace.ClosedUntil, IsTaken: false);
            if (pace.NextTurn > now)
            {
                var turn = pace.NextTurn;
                pace.NextTurn += between;
                return new(turn, IsTaken: true);
            }

            pace.NextTurn = now + between;
            return null;
        }
    }

    /// <summary>Notes how an attempt went.</summary>
    public void Note(string channel, bool failed)
    {
        var pace = _paces.GetOrAdd(channel, _ => new());
        lock (pace)
        {
            pace.Failures = failed ? pace.Failures + 1 : 0;
            pace.ClosedUntil = pace.Failures >= options.CircuitFailures ? time.GetUtcNow() + options.FirstRetry : default;
        }
    }

    /// <summary>When to come again.</summary>
    /// <param name="At">The time.</param>
    /// <param name="IsTaken">Whether that moment is kept for whom it was told to; while the channel is left alone none is given.</param>
    public sealed record Turn(DateTimeOffset At, bool IsTaken);

    private sealed class Pace
    {
        public DateTimeOffset NextTurn { get; set; }

        public int Failures { get; set; }

        public DateTimeOffset ClosedUntil { get; set; }
    }
}
