using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MetricsAlerts.Collecting;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Operations;
using MetricsAlerts.Storage;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Scheduling;

/// <summary>
/// The timer's side of Collect: deals the deployments out into shards, one message each. A deployment always falls into the same shard and a shard is a
/// session, so that no deployment is ever collected twice at the same time, however late a tick is.
/// </summary>
public sealed partial class CollectionScheduler(
    IMetricSource source, ITableStore tables, PipelineQueues queues, TickReports reports, TickCompletion completion,
    IOptions<CollectionOptions> options, TimeProvider time, PipelineMetrics metrics, ILogger<CollectionScheduler> logger)
{
    private readonly CheckpointStore _checkpoints = new(tables);
    private readonly Func<Deployment, bool> _isChosen = options.Value.Deployments.Compile();

    /// <summary>Begins a tick. Answers its time; <see cref="TickReports"/> says how far it is.</summary>
    /// <exception cref="MetricSourceException">The list of deployments cannot be read.</exception>
    public async Task<DateTimeOffset> CollectAsync(CancellationToken cancellationToken)
    {
        using var activity = PipelineMetrics.Source.StartActivity("collect");
        var tick = time.GetUtcNow();
        if (await reports.LoadAsync(cancellationToken) is { IsComplete: false } before)
            Log.Unfinished(logger, before.Report.At, before.Shards - before.Finished, before.Shards);

        var known = await _checkpoints.ListKnownAsync(cancellationToken);
        var chosen = await ListChosenAsync(tick, cancellationToken);
        var (gone, failures) = await ForgetGoneAsync(known.Keys, chosen, cancellationToken);
        var shards = Deal(tick, chosen, known);
        await BeginAsync(new CollectionReport { At = tick, Gone = gone, Failures = failures }, shards, cancellationToken);
        return tick;
    }

    private async Task BeginAsync(CollectionReport opening, IReadOnlyList<CollectionShard> shards, CancellationToken cancellationToken)
    {
        metrics.CollectionFailures.Add(opening.Failures.Count);
        await reports.BeginAsync(opening, shards.Count, cancellationToken);
        await queues.Collect.SendAsync([.. shards.Select(Message)], cancellationToken);
        if (shards.Count == 0)
            await completion.CompleteAsync(cancellationToken);
    }

    private async Task<List<Deployment>> ListChosenAsync(DateTimeOffset tick, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ListDeploymentsAsync(cancellationToken).Where(_isChosen).ToListAsync(cancellationToken);
        }
        catch (MetricSourceException exception)
        {
            // A tick that sees nothing is a tick all the same: rules on the pipeline's own metrics must hear of it.
            await BeginAsync(new CollectionReport { At = tick, Failures = [new("", "every deployment", exception.Message)] }, [], cancellationToken);
            throw;
        }
    }

    /// <summary>By the hash of its id a deployment keeps its shard from tick to tick; in a shard those come first that have waited longest.</summary>
    private List<CollectionShard> Deal(DateTimeOffset tick, List<Deployment> deployments, IReadOnlyDictionary<string, DateTimeOffset> known)
    {
        var count = (deployments.Count + options.Value.ShardSize - 1) / options.Value.ShardSize;
        var dealt = deployments.GroupBy(deployment => ShardOf(deployment.Id, count)).ToList();
        return [.. dealt.Select(shard => new CollectionShard(
            tick, shard.Key, dealt.Count,
            [.. shard.OrderBy(deployment => known.GetValueOrDefault(deployment.Id)).ThenBy(deployment => deployment.Id, StringComparer.Ordinal)]))];
    }

    private static int ShardOf(string deploymentId, int count) =>
        (int)(BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(deploymentId))) % (uint)count);

    /// <summary>A deployment that is missing from the list is asked for by its id: a list that changes while it is read can leave one out.</summary>
    private async Task<(IReadOnlyList<string> Gone, IReadOnlyList<CollectionRemark> Failures)> ForgetGoneAsync(
        IEnumerable<string> known, List<Deployment> chosen, CancellationToken cancellationToken)
    {
        var listed = chosen.Select(deployment => deployment.Id).ToHashSet(StringComparer.Ordinal);
        var gone = new List<string>();
        var failures = new List<CollectionRemark>();
        foreach (var deploymentId in known.Where(id => !listed.Contains(id)))
        {
            try
            {
                if (!options.Value.Deployments.Excludes(deploymentId) && await source.FindDeploymentAsync(deploymentId, cancellationToken) is { } found && _isChosen(found))
                {
                    chosen.Add(found);
                    continue;
                }
            }
            catch (MetricSourceException exception)
            {
                // Not seen is not gone: its alerts stay open, and people are told that nobody looks at it.
                failures.Add(new(deploymentId, deploymentId, exception.Message));
                continue;
            }

            Log.Gone(logger, deploymentId);
            await new DeploymentCollector(source, queues.MetricWindows, _checkpoints, options.Value.LookBack).ForgetAsync(deploymentId, cancellationToken);
            gone.Add(deploymentId);
        }

        return (gone, failures);
    }

    private static QueueMessage Message(CollectionShard shard) => new(
        DerivedId.From("collect", Timestamps.Format(shard.Tick), $"{shard.Number}"), $"shard-{shard.Number:00000}", CollectionShard.SchemaName,
        JsonSerializer.SerializeToUtf8Bytes(shard, CollectionJson.Default.CollectionShard))
    { TraceParent = Activity.Current?.Id };

    private static partial class Log
    {
        [LoggerMessage(EventId = 102, Level = LogLevel.Information, Message = "Deployment {DeploymentId} is no longer there, or no longer chosen")]
        public static partial void Gone(ILogger logger, string deploymentId);

        [LoggerMessage(EventId = 103, Level = LogLevel.Warning, Message = "The tick of {Tick} is not finished: {Missing} of {Shards} shards are under way or waiting; their deployments are collected once, for both ticks")]
        public static partial void Unfinished(ILogger logger, DateTimeOffset tick, int missing, int shards);
    }
}
