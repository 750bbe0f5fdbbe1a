using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Collecting;

/// <summary>Collects one deployment: reads its planned series, publishes what is new or revised, then moves the checkpoint.</summary>
internal sealed class DeploymentCollector(IMetricSource source, IQueue queue, CheckpointStore checkpoints, TimeSpan lookBack)
{
    /// <summary>Windows in one message: about 130 bytes each, far below Service Bus's 256 KiB.</summary>
    private const int MaxWindowsPerMessage = 1000;

    public async Task<(int Series, int Windows)> CollectAsync(Deployment deployment, RuleSet rules, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var plan = CollectionPlan.For(deployment, rules, await source.ListMetricsAsync(deployment, cancellationToken));
        if (plan.IsEmpty)
            return default;

        IReadOnlyList<string> hosts = plan.NeedsHosts ? await source.ListHostsAsync(deployment, cancellationToken) : [];
        var loaded = await checkpoints.LoadAsync(deployment.Id, cancellationToken);
        var messages = new List<QueueMessage>();
        var series = 0;
        var windows = 0;
        foreach (var instance in hosts.Prepend(Instances.All))
        {
            var planned = plan.Of(instance).ToList();
            var changes = new List<SeriesChanges>(planned.Count);
            foreach (var one in planned)
                changes.Add(await ReadAsync(deployment, instance, one, loaded.Checkpoint.Of(instance, one.Name), now, cancellationToken));
            series += planned.Count;
            windows += changes.Sum(change => change.Windows.Count);
            messages.AddRange(Messages(deployment, instance, changes, loaded.Checkpoint.Version));
        }

        if (messages.Count == 0)
            return (series, 0);

        await queue.SendAsync(messages, cancellationToken);
        loaded.Checkpoint.Version++;
        loaded.Checkpoint.Forget(now - lookBack - TimeSpan.FromDays(7));
        await checkpoints.SaveAsync(loaded, cancellationToken);
        return (series, windows);
    }

    /// <summary>Tells the evaluation of every instance that the deployment is gone, and forgets it.</summary>
    public async Task ForgetAsync(string deploymentId, CancellationToken cancellationToken)
    {
        var loaded = await checkpoints.LoadAsync(deploymentId, cancellationToken);
        var messages = loaded.Checkpoint.Instances
            .Select(instance => Message(new MetricBatch(new Deployment(deploymentId, deploymentId), instance, []) { DeploymentGone = true }, loaded.Checkpoint.Version))
            .ToList();
        await queue.SendAsync(messages, cancellationToken);
        await checkpoints.RemoveAsync(loaded, cancellationToken);
    }

    private async Task<SeriesChanges> ReadAsync(
        Deployment deployment, string instance, PlannedSeries planned, SeriesCheckpoint checkpoint, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = planned.Name;
        var end = Timestamps.Floor(now, name.Bucket);
        var start = Timestamps.Floor(now - lookBack, name.Bucket);
        var isFirst = checkpoint.IsEmpty;
        var read = await source.ReadAsync(deployment, instance, name, start, end, cancellationToken);
        if (planned.WithCompleteness)
        {
            var completeness = await source.ReadCompletenessAsync(deployment, instance, name.Bucket, start, end, cancellationToken);
            read = [.. read.Select(window => completeness.TryGetValue(window.Start, out var share) ? window with { Completeness = share } : window)];
        }

        var changed = read.Where(window => window.Start >= start && window.End <= end && checkpoint.Note(window)).ToList();
        return new(name, changed, isFirst);
    }

    private static IEnumerable<QueueMessage> Messages(Deployment deployment, string instance, IReadOnlyList<SeriesChanges> changes, long version)
    {
        foreach (var kind in changes.Where(change => change.Windows.Count > 0).GroupBy(change => change.IsFirst))
        {
            var batch = new List<SeriesWindows>();
            var room = MaxWindowsPerMessage;
            foreach (var change in kind)
            {
                for (var from = 0; from < change.Windows.Count;)
                {
                    var take = Math.Min(room, change.Windows.Count - from);
                    batch.Add(new(change.Name.Metric, change.Name.Bucket, change.Windows.GetRange(from, take)));
                    from += take;
                    room -= take;
                    if (room > 0)
                        continue;
                    yield return Message(new(deployment, instance, batch) { History = kind.Key }, version);
                    batch = [];
                    room = MaxWindowsPerMessage;
                }
            }

            if (batch.Count > 0)
                yield return Message(new(deployment, instance, batch) { History = kind.Key }, version);
        }
    }

    private static QueueMessage Message(MetricBatch batch, long version)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(batch, MetricJson.Default.MetricBatch);
        var id = DerivedId.From(batch.Deployment.Id, batch.Instance, version.ToString(CultureInfo.InvariantCulture), Convert.ToHexString(SHA256.HashData(body)));
        return new(id, SessionId.From(batch.Deployment.Id, batch.Instance), MetricBatch.SchemaName, body) { TraceParent = Activity.Current?.Id };
    }

    private sealed record SeriesChanges(SeriesName Name, List<MetricWindow> Windows, bool IsFirst);
}
