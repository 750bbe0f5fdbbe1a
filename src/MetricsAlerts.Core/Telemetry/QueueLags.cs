using System.Collections.Concurrent;
using MetricsAlerts.Messaging;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Telemetry;

/// <summary>
/// How long messages wait until a stage takes them up. Stages run in processes of their own, so what they see is kept in the partition
/// <c>lag</c> of the table <c>Collections</c>: a row for each queue, which a process writes at most once a minute with the longest wait
/// since. A clock that is set back changes nothing: the minute is elapsed time, a wait is never negative, and a row of the future is old.
/// </summary>
public sealed class QueueLags(ITableStore tables, TimeProvider time, PipelineMetrics metrics)
{
    private const string Partition = "lag";

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>How much the clocks of two machines may differ.</summary>
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    private readonly ITable _table = tables.GetTable(PipelineTables.Collections);
    private readonly ConcurrentDictionary<string, Longest> _longest = new(StringComparer.Ordinal);

    /// <summary>Notes that a stage takes up a message of a queue.</summary>
    public async Task NoteAsync(QueueDefinition queue, ReceivedMessage message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var lag = now > message.EnqueuedAt ? now - message.EnqueuedAt : TimeSpan.Zero;
        metrics.QueueLag.Record(lag.TotalSeconds, new KeyValuePair<string, object?>("queue", queue.Name));
        if (_longest.GetOrAdd(queue.Name, _ => new(time)).Take(lag) is not { } longest)
            return;
        var row = new TableRow(queue.Name, new Dictionary<string, object> { ["seconds"] = longest.TotalSeconds, ["at"] = now });
        await _table.CommitAsync(Partition, [new TableOperation.Upsert(row)], cancellationToken);
    }

    /// <summary>
    /// The longest wait noted last, by queue; queues that had no message since <paramref name="since"/> are left out.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, TimeSpan>> LoadAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var lags = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        await foreach (var row in _table.QueryAsync(Partition, RowKeyRange.All, cancellationToken))
        {
            if (row.Time("at") is { } at && at >= since && at <= time.GetUtcNow() + ClocksDiffer
                && row.Properties.GetValueOrDefault("seconds") is double seconds)
            {
                lags[row.RowKey] = TimeSpan.FromSeconds(seconds);
            }
        }

        return lags;
    }

    private sealed class Longest(TimeProvider time)
    {
        private readonly Lock _lock = new();
        private long? _written;
        private TimeSpan _longest;

        /// <summary>What is to be written now; null when something was, a moment ago.</summary>
        public TimeSpan? Take(TimeSpan lag)
        {
            lock (_lock)
            {
                _longest = lag > _longest ? lag : _longest;
                if (_written is { } written && time.GetElapsedTime(written) < Every)
                    return null;
                var taken = _longest;
                (_longest, _written) = (TimeSpan.Zero, time.GetTimestamp());
                return taken;
            }
        }
    }
}
