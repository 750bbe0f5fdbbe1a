using System.Diagnostics;
using MetricsAlerts.Messaging;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Collecting;

/// <summary>
/// The stage Collect: reads the deployments of one shard, publishes their new and revised windows, and completes the tick with its last
/// shard.
/// </summary>
public sealed class CollectShardHandler(
    ShardCollector shards, TickReports reports, TickCompletion completion, TimeProvider time, PipelineMetrics metrics)
    : IMessageHandler
{
    /// <inheritdoc/>
    public async Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (MessageBody.Read(message, CollectionShard.SchemaName, CollectionJson.Default.CollectionShard, out var shard) is { } unreadable)
            return unreadable;

        // A message that is delivered again must not replace the report of what was done the first time.
        if (!await reports.HasAsync(shard, cancellationToken))
            await CollectAsync(shard, cancellationToken);
        await completion.CompleteAsync(shard, cancellationToken);
        return Settlement.Complete;
    }

    private async Task CollectAsync(CollectionShard shard, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        var report = await HasSeenAllAsync(shard, began, cancellationToken)
            ? new CollectionReport { At = shard.Tick, Skipped = shard.Deployments.Count }
            : await shards.CollectAsync(shard, cancellationToken);
        await reports.RecordAsync(shard, report, began, cancellationToken);
        metrics.WindowsCollected.Add(report.Windows);
        metrics.CollectionFailures.Add(report.Failures.Count);
    }

    /// <summary>
    /// Whether ticks have piled up: the one before began after this one was due, so it has seen all that this one would. A time in the
    /// future is from before the clock was set back and says nothing.
    /// </summary>
    private async Task<bool> HasSeenAllAsync(CollectionShard shard, DateTimeOffset now, CancellationToken cancellationToken) =>
        shard.Deployments.Count > 0 &&
        await reports.LastWholeAsync(shard, cancellationToken) is { } last &&
        last > shard.Tick &&
        last <= now;
}
