using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Collecting;

/// <summary>
/// The stage Collect: reads the deployments of one shard and publishes their new and revised windows. One bad deployment never stops the others.
/// </summary>
public sealed partial class CollectShardHandler(
    IMetricSource source, RuleStore rules, ITableStore tables, PipelineQueues queues, TickReports reports, TickCompletion completion, QueueLags lags,
    IOptions<CollectionOptions> options, TimeProvider time, PipelineMetrics metrics, ILogger<CollectShardHandler> logger)
    : IMessageHandler
{
    private readonly CheckpointStore _checkpoints = new(tables);

    /// <inheritdoc/>
    public async Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (MessageBody.Read(message, CollectionShard.SchemaName, CollectionJson.Default.CollectionShard, out var shard) is { } unreadable)
            return unreadable;
        await lags.NoteAsync(QueueDefinitions.Collect, message, cancellationToken);
        using var activity = PipelineMetrics.Source.StartActivity("collect shard", ActivityKind.Consumer, message.TraceParent);
        var began = time.GetUtcNow();
        if (await reports.LastWholeAsync(shard.Number, cancellationToken) is { } last && last > shard.Tick)
        {
            // Ticks have piled up: the one before began after this one was due, so there is nothing that it has not seen.
            await reports.SaveAsync(shard.Number, new CollectionReport { At = shard.Tick }, last, cancellationToken);
        }
        else
        {
            await reports.SaveAsync(shard.Number, await CollectAsync(shard, cancellationToken), began, cancellationToken);
        }

        await completion.CompleteAsync(cancellationToken);
        return Settlement.Complete;
    }

    private async Task<CollectionReport> CollectAsync(CollectionShard shard, CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        var began = time.GetTimestamp();
        var work = new ShardWork(new DeploymentCollector(source, queues.MetricWindows, _checkpoints, options.Value.LookBack), ruleSet, shard.Tick);

        await Parallel.ForEachAsync(
            shard.Deployments,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.MaxConcurrency, CancellationToken = cancellationToken },
            async (deployment, cancellation) =>
            {
                if (time.GetElapsedTime(began) < options.Value.TimeLimit)
                    await CollectAsync(work, deployment, cancellation);
                else
                    work.LeaveOut();
            });

        await _checkpoints.NoteAttemptsAsync(work.Attempts, cancellationToken);
        var report = work.Report(time.GetElapsedTime(began));
        metrics.WindowsCollected.Add(report.Windows);
        metrics.CollectionFailures.Add(report.Failures.Count);
        return report;
    }

    private async Task CollectAsync(ShardWork work, Deployment deployment, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            var collected = await work.Collector.CollectAsync(deployment, work.Rules, now, cancellationToken);
            work.Add(deployment, collected, now);
            if (collected.Failures.Count > 0)
                Log.Failed(logger, deployment.Id, deployment.Label, string.Join(' ', collected.Failures));
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, it is this deployment's trouble: the checkpoint has not moved, so the next tick reads the same windows again.
            Log.Broke(logger, deployment.Id, deployment.Label, exception);
            work.Fail(deployment, exception.Message, now);
        }
    }

    private sealed class ShardWork(DeploymentCollector collector, RuleSet rules, DateTimeOffset tick)
    {
        private readonly ConcurrentDictionary<string, DateTimeOffset> _attempts = new(StringComparer.Ordinal);
        private readonly ConcurrentBag<(Deployment Deployment, DeploymentResult Collected)> _collected = [];
        private int _behind;

        public DeploymentCollector Collector => collector;

        public RuleSet Rules => rules;

        public IReadOnlyDictionary<string, DateTimeOffset> Attempts => _attempts;

        public void Add(Deployment deployment, DeploymentResult collected, DateTimeOffset at)
        {
            _attempts[deployment.Id] = at;
            _collected.Add((deployment, collected));
        }

        public void Fail(Deployment deployment, string reason, DateTimeOffset at)
        {
            var failed = new DeploymentResult { IsWatched = true };
            failed.Fail(reason);
            Add(deployment, failed, at);
        }

        public void LeaveOut() => Interlocked.Increment(ref _behind);

        public CollectionReport Report(TimeSpan duration) => CollectionReport.Merge(tick,
        [
            new()
            {
                At = tick,
                Deployments = _collected.Count(pair => pair.Collected.IsWatched),
                Series = _collected.Sum(pair => pair.Collected.Series),
                Windows = _collected.Sum(pair => pair.Collected.Windows),
                Requests = _collected.Sum(pair => pair.Collected.Requests),
                Behind = _behind,
                Seconds = Math.Round(duration.TotalSeconds, 3),
                Failures = [.. Remarks(collected => collected.Failures)],
                Notes = [.. Remarks(collected => collected.Notes)],
            },
        ]);

        private IEnumerable<CollectionRemark> Remarks(Func<DeploymentResult, IReadOnlyList<string>> texts) =>
            from pair in _collected
            where texts(pair.Collected).Count > 0
            select new CollectionRemark(pair.Deployment.Id, pair.Deployment.Label, string.Join(' ', texts(pair.Collected)));
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "Deployment {DeploymentId} ({Label}) could not be collected, or not wholly; the others go on: {Reason}")]
        public static partial void Failed(ILogger logger, string deploymentId, string label, string reason);

        [LoggerMessage(EventId = 104, Level = LogLevel.Error, Message = "Deployment {DeploymentId} ({Label}) could not be collected; the others go on")]
        public static partial void Broke(ILogger logger, string deploymentId, string label, Exception exception);
    }
}
