using MetricsAlerts.Alerts;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Evaluating;

/// <summary>
/// The stage Evaluate, the one writer of a deployment's partition: load, fold the windows in, step the rules, bring the alerts in step, commit, and only then leave
/// each alert that changed with those who should know. A crash anywhere is put right by the message that comes again, or by the sweep.
/// </summary>
public sealed partial class EvaluateHandler(
    RuleStore rules, EvaluationStores stores, IOptions<EvaluationOptions> options, TimeProvider time, PipelineMetrics metrics, ILogger<EvaluateHandler> logger)
    : IMessageHandler
{
    private static readonly IReadOnlyList<SeriesWindows> NoWindows = [];

    /// <inheritdoc/>
    public async Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (MessageBody.Read(message, MetricBatch.SchemaName, MetricJson.Default.MetricBatch, out var batch) is { } unreadable)
            return unreadable;
        await EvaluateAsync(batch, cancellationToken);
        return Settlement.Complete;
    }

    private async Task EvaluateAsync(MetricBatch batch, CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        var partition = await stores.Deployments.LoadAsync(batch, ruleSet, cancellationToken);
        if (HasReadOthers(partition.Head.RulesVersion, ruleSet) || HasReadOthers(batch.RulesVersion, ruleSet))
        {
            // Somebody has read other rules than this process: the stored ones decide, or alerts would go back and forth between the two.
            ruleSet = await rules.RefreshAsync(cancellationToken);
            partition = await stores.Deployments.LoadAsync(batch, ruleSet, cancellationToken);
        }

        // What an older reading missed may have come back since.
        if (batch.Reading < partition.Head.Reading)
            batch = batch with { GoneInstances = [], GoneSeries = [] };
        var wasActive = partition.IsActive;
        var evaluator = new DeploymentEvaluator(ruleSet, new(ruleSet, stores.Routing), options.Value.RevisionReach, time.GetUtcNow());
        if (!await FoldAsync(partition, batch, ruleSet, evaluator, cancellationToken))
            return;
        if (!batch.MoreFollows)
            evaluator.UpdateAlerts(partition, batch);

        // Noted before the commit, so that a crash after it is found; and again after it, should another worker have taken the note away in between.
        if (!wasActive && partition.IsActive)
            await stores.Alerting.ActivateAsync(partition.Id, cancellationToken);
        await stores.Deployments.SaveAsync(partition, cancellationToken);
        if (!wasActive && partition.IsActive)
            await stores.Alerting.ActivateAsync(partition.Id, cancellationToken);
        Show(partition, ruleSet);
        metrics.WindowsEvaluated.Add(batch.Instances.Sum(instance => instance.Series.Sum(series => series.Windows.Count)));
        Record(partition);
        if (partition.Alerts.Values.Any(alert => alert.IsUndispatched))
            await stores.Dispatcher.DispatchAsync(partition.Id, ruleSet, cancellationToken);
        var isQuiet = !partition.Alerts.Values.Any(alert => alert.Alert.IsOpen);
        if (isQuiet && (wasActive || partition.IsActive || batch.Deployment is null))
            await SettleAsync(partition.Id, cancellationToken);
    }

    private static bool HasReadOthers(string? version, RuleSet ruleSet) => version is { Length: > 0 } && version != ruleSet.Version;

    /// <summary>A deployment of which no alert is open need not be looked at again.</summary>
    private async Task SettleAsync(string deploymentId, CancellationToken cancellationToken)
    {
        // The note is read before the alerts: one that is renewed meanwhile stays.
        if (await stores.Alerting.FindAsync(deploymentId, cancellationToken) is not { } note)
            return;
        var records = await stores.Dispatcher.ListAsync(deploymentId, cancellationToken);
        if (!records.Exists(record => record.IsActive))
            await stores.Alerting.SettleAsync(note, records.Count > 0, cancellationToken);
    }

    /// <summary>Returns false when the batch is older than what is known, and says nothing new.</summary>
    private async Task<bool> FoldAsync(
        DeploymentPartition partition, MetricBatch batch, RuleSet ruleSet, DeploymentEvaluator evaluator, CancellationToken cancellationToken)
    {
        if (batch.DeploymentGone)
        {
            if (batch.Reading < partition.Head.Reading)
                return false;
            await RemoveAsync(partition, partition.Instances.Keys, cancellationToken);
            partition.Head = partition.Head with { Deployment = null, Reading = batch.Reading, RulesVersion = "" };
            return true;
        }

        // A message from before what is known, such as a replayed dead letter, may bring windows that were missing, but no host or deployment back.
        var isCurrent = batch.Deployment is not null && batch.Reading >= partition.Head.Reading;
        if (batch.Deployment is not null && !isCurrent && partition.Head.Deployment is null)
        {
            Log.Outdated(logger, partition.Id);
            return false;
        }

        var lookAtAll = partition.Head.Deployment != (isCurrent ? batch.Deployment : partition.Head.Deployment) ||
            DeploymentStore.IsOutdated(partition.Head, ruleSet);
        if (isCurrent)
            partition.Head = partition.Head with { Deployment = batch.Deployment, Reading = batch.Reading };
        if (partition.Head.Deployment is null)
            return partition.Alerts.Count > 0;

        await RemoveAsync(partition, batch.GoneInstances.Where(gone => !batch.Instances.Any(one => one.Instance == gone)), cancellationToken);
        await FoldAsync(partition, batch, lookAtAll && !batch.MoreFollows, isCurrent, ruleSet, evaluator, cancellationToken);

        // After a part of a reading the alerts of its instances are still as they were: the last part looks at every instance.
        if (lookAtAll || batch.MoreFollows)
            partition.Head = partition.Head with { RulesVersion = batch.MoreFollows ? "" : ruleSet.Version };
        return true;
    }

    private async Task FoldAsync(
        DeploymentPartition partition, MetricBatch batch, bool all, bool isCurrent, RuleSet ruleSet, DeploymentEvaluator evaluator,
        CancellationToken cancellationToken)
    {
        var windows = batch.Instances.GroupBy(instance => instance.Instance, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<SeriesWindows>)[.. group.SelectMany(instance => instance.Series)], StringComparer.Ordinal);
        foreach (var name in windows.Keys.Where(_ => isCurrent))
            partition.Instances.TryAdd(name, new(name));
        foreach (var instance in partition.Instances.Values.Where(instance => !instance.IsGone))
        {
            var gone = batch.GoneSeries.Where(series => series.Instance == instance.Name).ToList();
            var incoming = windows.GetValueOrDefault(instance.Name, NoWindows);
            if (!all && incoming.Count == 0 && gone.Count == 0)
                continue;
            await stores.Deployments.DecodeAsync(partition, instance, incoming, gone.Count > 0, ruleSet, cancellationToken);
            evaluator.Fold(partition, instance, incoming, gone, batch.Reading);
            if (instance.IsGone)
                await stores.Deployments.LoadEarlierAsync(partition, instance, cancellationToken);
        }
    }

    private async Task RemoveAsync(DeploymentPartition partition, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            if (!partition.Instances.TryGetValue(name, out var instance))
                continue;
            await stores.Deployments.LoadEarlierAsync(partition, instance, cancellationToken);
            (instance.State, instance.IsGone) = (null, true);
        }
    }

    /// <summary>Shows the instances that were looked at, and those that are gone no more.</summary>
    private void Show(DeploymentPartition partition, RuleSet ruleSet)
    {
        if (!metrics.Series.IsEnabled)
            return;
        foreach (var instance in partition.Instances.Values)
        {
            if (instance.IsGone || partition.Head.Deployment is null)
                metrics.Series.Remove(partition.Id, instance.Name);
            else if (instance.State is { } state)
                metrics.Series.Show(partition.Id, instance.Name, [.. WatchedSeries.Of(partition.Head.Deployment, state, ruleSet)]);
        }
    }

    private void Record(DeploymentPartition partition)
    {
        foreach (var record in partition.Alerts.Values)
        {
            var before = partition.StoredAlerts.GetValueOrDefault(record.Alert.Key.Id);
            if (before?.Alert.Version == record.Alert.Version)
                continue;
            var (key, alert) = (record.Alert.Key, record.Alert);
            var state = alert.IsOpen ? $"{alert.Severity}" : $"{alert.ResolvedBecause}";
            metrics.AlertChanges.Add(1, new KeyValuePair<string, object?>("open", alert.IsOpen));
            Log.Changed(logger, key.Rule, key.DeploymentId, key.Instance, key.Metric, alert.IsOpen ? "open" : "closed", state, $"{alert.Evidence.Reason}");
            if (alert is { IsOpen: true, Destinations.Count: 0 } && before is not { Alert: { IsOpen: true, Destinations.Count: 0 } })
                Log.ReachesNobody(logger, key.Rule, key.DeploymentId, string.Join(", ", alert.MissingChannels));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 301, Level = LogLevel.Information, Message = "{Rule} on {DeploymentId}/{Instance} {Metric} is {State} ({Detail}), {Reason}")]
        public static partial void Changed(
            ILogger logger, string rule, string deploymentId, string instance, string metric, string state, string detail, string reason);

        [LoggerMessage(EventId = 302, Level = LogLevel.Warning,
            Message = "{Rule} on {DeploymentId} is open and reaches nobody: no rule or route names a channel that is there (missing: '{Missing}')")]
        public static partial void ReachesNobody(ILogger logger, string rule, string deploymentId, string missing);

        [LoggerMessage(EventId = 303, Level = LogLevel.Warning,
            Message = "Windows of deployment {DeploymentId} are from before it was gone, or from long ago; they are not used")]
        public static partial void Outdated(ILogger logger, string deploymentId);
    }
}
