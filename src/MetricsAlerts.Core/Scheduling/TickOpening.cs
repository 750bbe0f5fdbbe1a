using System.Diagnostics;
using System.Text.Json;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Scheduling;

/// <summary>Opens a tick: deals its deployments into shards, records what is known of it, and sends each shard to Collect.</summary>
public sealed partial class TickOpening(
    PipelineQueues queues, TickReports reports, IOptions<CollectionOptions> options, PipelineMetrics metrics, ILogger<TickOpening> logger)
{
    /// <summary>Opens the tick.</summary>
    /// <param name="tick">The tick.</param>
    /// <param name="listing">Its deployments.</param>
    /// <param name="known">When each was last attempted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task OpenAsync(
        DateTimeOffset tick, RosterListing listing, IReadOnlyDictionary<string, DateTimeOffset> known, CancellationToken cancellationToken)
    {
        if (await reports.LoadAsync(cancellationToken) is { IsComplete: false } before)
            Log.Unfinished(logger, before.Report.At, before.Shards - before.Finished, before.Shards);
        metrics.CollectionFailures.Add(listing.Failures.Count);

        var shards = ShardDeal.Of(tick, listing, known, options.Value.ShardSize);
        await reports.BeginAsync(new CollectionReport { At = tick, Failures = listing.Failures }, shards.Count, cancellationToken);
        await queues.Collect.SendAsync([.. shards.Select(Message)], cancellationToken);
    }

    private static QueueMessage Message(CollectionShard shard)
    {
        var id = DerivedId.From("collect", Timestamps.Format(shard.Tick), $"{shard.Number}");
        var body = JsonSerializer.SerializeToUtf8Bytes(shard, CollectionJson.Default.CollectionShard);
        return new(id, $"shard-{shard.Number:00000}", CollectionShard.SchemaName, body) { TraceParent = Activity.Current?.Id };
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 103, Level = LogLevel.Warning,
            Message = "The tick of {Tick} is not finished: {Missing} of {Shards} shards are under way or waiting; " +
                "their deployments are collected once, for both ticks")]
        public static partial void Unfinished(ILogger logger, DateTimeOffset tick, int missing, int shards);
    }
}
