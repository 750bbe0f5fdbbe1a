using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Collecting;

/// <summary>Collects one deployment: reads its planned series, publishes what is new or revised, then moves the checkpoint.</summary>
internal sealed class DeploymentCollector(IMetricSource source, IQueue queue, CheckpointStore checkpoints, TimeSpan lookBack)
{
    public async Task<DeploymentResult> CollectAsync(Deployment deployment, RuleSet rules, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var collected = new DeploymentResult();
        var metrics = source.Open(deployment);
        try
        {
            var plan = await PlanAsync(deployment, rules, metrics, cancellationToken);
            collected.IsWatched = !plan.IsEmpty;
            if (collected.IsWatched)
                await CollectAsync(deployment, plan, metrics, now, collected, cancellationToken);
        }
        catch (MetricSourceException exception)
        {
            collected.Fail(exception.Message);
        }

        collected.Requests = metrics.Requests;
        return collected;
    }

    /// <summary>Tells the evaluation of every instance that the deployment is gone, and forgets it.</summary>
    public async Task ForgetAsync(string deploymentId, CancellationToken cancellationToken)
    {
        var loaded = await checkpoints.LoadAsync(deploymentId, cancellationToken);
        QueueMessage[] messages = [MetricBatches.Message(new(deploymentId) { DeploymentGone = true, Reading = loaded.Checkpoint.Version }, loaded.Checkpoint.Version)];
        await queue.SendAsync(messages, cancellationToken);
        await checkpoints.RemoveAsync(loaded, cancellationToken);
    }

    private static async Task<CollectionPlan> PlanAsync(Deployment deployment, RuleSet rules, IDeploymentMetrics metrics, CancellationToken cancellationToken)
    {
        var patterns = CollectionPlan.PatternsFor(deployment, rules);
        return CollectionPlan.For(deployment, rules, patterns.Count > 0 ? await metrics.ListMetricsAsync(patterns, cancellationToken) : []);
    }

    private async Task CollectAsync(
        Deployment deployment, CollectionPlan plan, IDeploymentMetrics metrics, DateTimeOffset now, DeploymentResult collected, CancellationToken cancellationToken)
    {
        var loaded = await checkpoints.LoadAsync(deployment.Id, cancellationToken);
        var messages = new List<QueueMessage>();
        try
        {
            IReadOnlyList<string> hosts = plan.NeedsHosts ? await metrics.ListHostsAsync(cancellationToken) : [];
            if (plan.NeedsHosts && hosts.Count == 0)
                collected.Note($"Deployment '{deployment.Label}' does not tell prediction servers apart, so it is watched as a whole only. Turn segment analysis on in the deployment's settings.");
            foreach (var instance in hosts.Prepend(Instances.All))
            {
                var reader = new InstanceReader(metrics, instance, loaded.Checkpoint, lookBack, now, collected);
                var changes = new List<SeriesChanges>();
                try
                {
                    foreach (var planned in plan.Of(instance))
                        changes.Add(await reader.ReadAsync(planned, cancellationToken));
                }
                finally
                {
                    messages.AddRange(MetricBatches.Of(deployment, instance, changes, loaded.Checkpoint.Version));
                }
            }
        }
        finally
        {
            // What was read before a source failed is published all the same: it need not be read again.
            if (messages.Count > 0 && !cancellationToken.IsCancellationRequested)
                await PublishAsync(messages, loaded, now, cancellationToken);
        }
    }

    private async Task PublishAsync(List<QueueMessage> messages, CheckpointStore.Loaded loaded, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await queue.SendAsync(messages, cancellationToken);
        loaded.Checkpoint.Version++;
        loaded.Checkpoint.Forget(now - lookBack - TimeSpan.FromDays(7));
        await checkpoints.SaveAsync(loaded, cancellationToken);
    }
}
