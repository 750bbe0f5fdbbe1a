using System.Collections.Concurrent;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Collecting;

/// <summary>
/// The stage Collect: on a tick, reads every deployment that a rule is for and publishes the new and revised windows. One bad deployment never stops the others.
/// </summary>
public sealed partial class MetricCollector(
    IMetricSource source, RuleStore rules, ITableStore tables, MetricWindowQueue windows, IOptions<CollectionOptions> options, TimeProvider time,
    PipelineMetrics metrics, ILogger<MetricCollector> logger)
{
    private readonly CheckpointStore _checkpoints = new(tables);

    /// <summary>Collects once.</summary>
    /// <exception cref="MetricSourceException">The list of deployments cannot be read.</exception>
    public async Task<CollectionReport> CollectAsync(CancellationToken cancellationToken)
    {
        using var activity = PipelineMetrics.Source.StartActivity("collect");
        var now = time.GetUtcNow();
        var ruleSet = await rules.GetAsync(cancellationToken);
        var collector = new DeploymentCollector(source, windows.Queue, _checkpoints, options.Value.LookBack);
        var tally = new Tally();
        var seen = new ConcurrentDictionary<string, byte>(StringComparer.Ordinal);

        await Parallel.ForEachAsync(
            source.ListDeploymentsAsync(cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.MaxConcurrency, CancellationToken = cancellationToken },
            async (deployment, cancellation) =>
            {
                seen[deployment.Id] = 0;
                await CollectAsync(collector, deployment, ruleSet, now, tally, cancellation);
            });

        var gone = (await _checkpoints.ListKnownAsync(cancellationToken)).Where(id => !seen.ContainsKey(id)).ToList();
        foreach (var deploymentId in gone)
        {
            Log.Gone(logger, deploymentId);
            await collector.ForgetAsync(deploymentId, cancellationToken);
        }

        metrics.WindowsCollected.Add(tally.Windows);
        metrics.CollectionFailures.Add(tally.Failures.Count);
        return tally.Report(now, gone);
    }

    private async Task CollectAsync(
        DeploymentCollector collector, Deployment deployment, RuleSet ruleSet, DateTimeOffset now, Tally tally, CancellationToken cancellationToken)
    {
        try
        {
            var (series, published) = await collector.CollectAsync(deployment, ruleSet, now, cancellationToken);
            tally.Add(series, published);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, it is this deployment's trouble: the checkpoint has not moved, so the next tick reads the same windows again.
            Log.Failed(logger, deployment.Id, deployment.Label, exception);
            tally.Failures.Add(new(deployment.Id, deployment.Label, exception.Message));
        }
    }

    private sealed class Tally
    {
        private int _deployments;
        private int _series;
        private int _windows;

        public ConcurrentBag<CollectionFailure> Failures { get; } = [];

        public int Windows => _windows;

        public void Add(int series, int windows)
        {
            if (series > 0)
                Interlocked.Increment(ref _deployments);
            Interlocked.Add(ref _series, series);
            Interlocked.Add(ref _windows, windows);
        }

        public CollectionReport Report(DateTimeOffset at, IReadOnlyList<string> gone) => new()
        {
            At = at,
            Deployments = _deployments,
            Series = _series,
            Windows = _windows,
            Gone = gone,
            Failures = [.. Failures.OrderBy(failure => failure.DeploymentId, StringComparer.Ordinal)],
        };
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "Deployment {DeploymentId} ({Label}) could not be collected; the others go on")]
        public static partial void Failed(ILogger logger, string deploymentId, string label, Exception exception);

        [LoggerMessage(EventId = 102, Level = LogLevel.Information, Message = "Deployment {DeploymentId} is no longer there")]
        public static partial void Gone(ILogger logger, string deploymentId);
    }
}
