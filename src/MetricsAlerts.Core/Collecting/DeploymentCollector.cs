using System.Text.Json;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Collecting;

/// <summary>Collects one deployment: reads its planned series, publishes what is new or revised, then moves the checkpoint.</summary>
public sealed class DeploymentCollector(
    IMetricSource source, CheckpointStore checkpoints, PipelineQueues queues, IOptions<CollectionOptions> options, TimeProvider time)
{
    /// <summary>A fingerprint is kept a while longer than it can be needed.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Collects a deployment. What was read before a source failed is published all the same: it need not be read again.</summary>
    internal async Task<CollectionReport> CollectAsync(Deployment deployment, RuleSet rules, CancellationToken cancellationToken)
    {
        var checkpoint = await checkpoints.LoadAsync(deployment.Id, cancellationToken);
        var reading = new DeploymentReading(deployment, time.GetUtcNow());
        await new DeploymentReader(source.Open(deployment), rules, checkpoint, options.Value, reading).ReadAsync(cancellationToken);
        await PublishAsync(reading, checkpoint, cancellationToken);
        return reading.ToReport();
    }

    /// <summary>Publishes that a deployment is no longer there, or no longer chosen, and then forgets what was published of it.</summary>
    /// <param name="deployment">The deployment as it was last seen; one of which only the id is known has the id as its label.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task RemoveAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var checkpoint = await checkpoints.LoadAsync(deployment.Id, cancellationToken);
        var gone = new MetricBatch(deployment.Id)
        {
            Deployment = deployment,
            Reading = checkpoint.NextReading(time.GetUtcNow()),
            DeploymentGone = true,
        };
        await queues.MetricWindows.SendAsync(MetricBatchMessages.Of(gone), cancellationToken);
        await checkpoints.RemoveAsync(checkpoint, cancellationToken);
    }

    /// <summary>
    /// Publishes first and moves the checkpoint then. A crash in between publishes the same windows again, with a later reading:
    /// Evaluate finds nothing new in them.
    /// </summary>
    private async Task PublishAsync(DeploymentReading reading, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var facts = JsonSerializer.Serialize(reading.Deployment.WithoutActivity(), MetricJson.Default.Deployment);
        var isRenamed = checkpoint.Facts.Length > 0 && checkpoint.Facts != facts;
        if (reading.ToBatch(checkpoint.NextReading(reading.At), evenIfEmpty: isRenamed) is { } batch)
        {
            await queues.MetricWindows.SendAsync(MetricBatchMessages.Of(batch), cancellationToken);
            (checkpoint.Reading, checkpoint.Facts) = (batch.Reading, facts);
        }

        var hasNewModel = reading.IsWatched && checkpoint.Models.ToString() != reading.Models.ToString();
        checkpoint.Models = reading.Models;
        Move(checkpoint, reading);
        if (checkpoint.IsChanged || isRenamed || hasNewModel)
            await checkpoints.SaveAsync(checkpoint, cancellationToken);
    }

    private void Move(Checkpoint checkpoint, DeploymentReading reading)
    {
        foreach (var (instance, series, windows) in reading.Owed)
            checkpoint.Find(instance)?.Owe(series, windows);
        var lookedAt = options.Value.LateActualsEvery > TimeSpan.Zero ? reading.At : (DateTimeOffset?)null;
        foreach (var (instance, outcomes) in reading.Outcomes)
        {
            foreach (var outcome in outcomes.Where(outcome => outcome.ReadFrom is not null || checkpoint.Find(instance) is not null))
                checkpoint.GetOrAdd(instance, reading.At).Record(outcome, lookedAt);
        }

        foreach (var (instance, series) in reading.Uncut)
            checkpoint.Find(instance)?.RecordUncut(series, reading.At);
        foreach (var (instance, series) in reading.Forgotten)
            checkpoint.Find(instance)?.ForgetAll(series);
        foreach (var gone in reading.GoneSeries)
            checkpoint.Find(gone.Instance)?.Remove(new(gone.Metric, gone.Bucket));
        foreach (var gone in reading.GoneInstances)
            checkpoint.Remove(gone);
        foreach (var instance in checkpoint.Instances.Where(instance => instance.IsChanged))
            instance.Forget(reading.At - options.Value.LookBack - Kept);
    }
}
