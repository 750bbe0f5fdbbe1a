using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Collecting;

/// <summary>
/// Collects the deployments of one shard, some at the same time, within the time limit. A bad one never stops the others.
/// </summary>
public sealed partial class ShardCollector(
    DeploymentCollector deployments,
    KnownDeployments known,
    RuleStore rules,
    IOptions<CollectionOptions> options,
    TimeProvider time,
    ILogger<ShardCollector> logger)
{
    /// <summary>Collects the shard and reports what that did.</summary>
    internal async Task<CollectionReport> CollectAsync(CollectionShard shard, CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        var removed = await RemoveAsync(shard, cancellationToken);
        var collected = await CollectAsync(shard.Deployments, ruleSet, cancellationToken);

        var attempts = shard.Deployments.Zip(collected).Where(pair => pair.Second.Behind == 0).Select(pair => (pair.First, pair.Second.At));
        await known.RecordAttemptsAsync(attempts, cancellationToken);
        var duration = Math.Max(0, (time.GetUtcNow() - shard.Tick).TotalSeconds);
        return CollectionReport.Merge(shard.Tick, [removed, .. collected, new() { At = shard.Tick, Seconds = Math.Round(duration, 3) }]);
    }

    /// <summary>The reports of the deployments, in their order.</summary>
    private async Task<CollectionReport[]> CollectAsync(
        IReadOnlyList<Deployment> shard, RuleSet ruleSet, CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(options.Value.MaxConcurrency);
        var began = time.GetTimestamp();
        return await Task.WhenAll(shard.Select(CollectInTurnAsync).ToList());

        async Task<CollectionReport> CollectInTurnAsync(Deployment deployment)
        {
            await slots.WaitAsync(CancellationToken.None);
            try
            {
                return time.GetElapsedTime(began) < options.Value.TimeLimit
                    ? await CollectAsync(deployment, ruleSet, cancellationToken)
                    : new() { At = time.GetUtcNow(), Behind = 1 };
            }
            finally
            {
                slots.Release();
            }
        }
    }

    private async Task<CollectionReport> CollectAsync(Deployment deployment, RuleSet ruleSet, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        try
        {
            var report = await deployments.CollectAsync(deployment, ruleSet, cancellationToken);
            foreach (var failure in report.Failures)
                Log.Failed(logger, deployment.Id, deployment.Label, failure.Text);
            return report;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, it is this deployment's trouble: the checkpoint has not moved, so the next tick reads the same windows again.
            Log.Broke(logger, deployment.Id, deployment.Label, exception);
            return new() { At = at, Deployments = 1, Failures = [new(deployment.Id, deployment.Label, exception.Message)] };
        }
    }

    private async Task<CollectionReport> RemoveAsync(CollectionShard shard, CancellationToken cancellationToken)
    {
        var gone = new List<string>();
        var failures = new List<CollectionRemark>();
        foreach (var deploymentId in shard.Gone)
        {
            var deployment = await known.FindAsync(deploymentId, cancellationToken) ?? new(deploymentId, deploymentId);
            try
            {
                await deployments.RemoveAsync(deployment, cancellationToken);
                await known.RemoveAsync(deploymentId, cancellationToken);
                Log.Gone(logger, deploymentId, deployment.Label);
                gone.Add(deploymentId);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // It stays known, so the next tick finds again that it is gone.
                Log.Broke(logger, deploymentId, deployment.Label, exception);
                failures.Add(new(deploymentId, deployment.Label, exception.Message));
            }
        }

        return new() { At = shard.Tick, Gone = gone, Failures = failures };
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 101, Level = LogLevel.Warning,
            Message = "Deployment {DeploymentId} ({Label}) could not be collected, or not wholly; the others go on: {Reason}")]
        public static partial void Failed(ILogger logger, string deploymentId, string label, string reason);

        [LoggerMessage(EventId = 102, Level = LogLevel.Information,
            Message = "Deployment {DeploymentId} ({Label}) is no longer there, or no longer chosen")]
        public static partial void Gone(ILogger logger, string deploymentId, string label);

        [LoggerMessage(EventId = 104, Level = LogLevel.Error,
            Message = "Deployment {DeploymentId} ({Label}) could not be collected; the others go on")]
        public static partial void Broke(ILogger logger, string deploymentId, string label, Exception exception);
    }
}
