using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Evaluating;

/// <summary>
/// Evaluates a batch on its deployment, in memory: folds the windows in, steps the rules, and brings every alert in step with what is so and with who should know.
/// Whatever was missed before is put right here, because nothing is passed on but the state that things are in.
/// </summary>
internal sealed class DeploymentEvaluator(RuleSet rules, Router router, TimeSpan revisionReach, DateTimeOffset now)
{
    /// <summary>How long a closed alert is kept, so that its versions go on where they were.</summary>
    public static readonly TimeSpan KeepClosed = TimeSpan.FromDays(7);

    /// <summary>Folds the windows of one instance in.</summary>
    public void Fold(DeploymentPartition partition, StoredInstance instance, IReadOnlyList<SeriesWindows> windows, IEnumerable<GoneSeries> gone, long reading)
    {
        var state = instance.State!;
        foreach (var series in gone.Where(series => !series.Unwatched || !IsWatched(partition, series)))
            instance.IsChanged |= state.Remove(new(series.Metric, series.Bucket));
        instance.IsChanged |= new InstanceEvaluator(rules, partition.Head.Deployment!, state, revisionReach, now).Evaluate(windows, reading);
        if (state.Series.Count == 0)
            (instance.IsGone, instance.IsChanged) = (instance.Recent.Count > 0, false);
    }

    /// <summary>Whether a rule looks at a series, or at what another is compared with.</summary>
    private bool IsWatched(DeploymentPartition partition, GoneSeries series)
    {
        var matching = new List<CompiledRule>();
        rules.Match(partition.Head.Deployment!, series.Instance, new(series.Metric, series.Bucket), matching);
        return matching.Count > 0 || rules.ContextOf(series.Metric) > 0;
    }

    /// <summary>Brings every alert in step.</summary>
    public void UpdateAlerts(DeploymentPartition partition, MetricBatch batch)
    {
        foreach (var instance in partition.Instances.Values.Where(instance => instance.State is not null))
            UpdateAlerts(partition, instance.State!);
        foreach (var record in partition.Alerts.Values.ToList())
        {
            if (record.Alert.IsOpen && WhyOver(partition, batch, record.Alert.Key) is { } why)
                Save(partition, record, AlertProjection.Closed(record.Alert, why));
            else if (record.Alert.IsOpen)
                Save(partition, record, record.Alert with { Deployment = partition.Head.Deployment! });
            else if (!record.IsActive && record.Alert.ChangedAt < now - KeepClosed)
                partition.Alerts.Remove(record.Alert.Key.Id);
        }
    }

    private void UpdateAlerts(DeploymentPartition partition, InstanceState instance)
    {
        foreach (var series in instance.Series)
        {
            foreach (var state in series.Rules)
            {
                if (rules.FindEnabled(state.Rule) is not { } rule)
                    continue;
                var key = new AlertKey(state.Rule, partition.Id, instance.Instance, series.Name.Metric, series.Name.Bucket);
                var record = partition.Alerts.GetValueOrDefault(key.Id);
                if (AlertProjection.Of(key, rule, partition.Head.Deployment!, series, state, record?.Alert) is { } alert)
                    Save(partition, record, alert);
            }
        }
    }

    private ResolveReason? WhyOver(DeploymentPartition partition, MetricBatch batch, AlertKey key)
    {
        if (batch.GoneInstances.Contains(key.Instance) && !batch.Instances.Any(instance => instance.Instance == key.Instance))
            return ResolveReason.InstanceGone;
        if (batch.GoneSeries.Any(series => !series.Unwatched && series.Instance == key.Instance && series.Metric == key.Metric && series.Bucket == key.Bucket))
            return ResolveReason.MetricGone;
        if (AlertProjection.WhyOver(key, rules, partition.Head.Deployment) is { } why)
            return why;

        // An instance that was looked at and knows nothing of the alert, or one without any rows, holds nothing that could keep it open.
        var isLoaded = partition.Instances.TryGetValue(key.Instance, out var instance);
        var state = instance?.State?.Find(new(key.Metric, key.Bucket))?.Rules.Find(rule => rule.Rule == key.Rule);
        return isLoaded && instance!.State is not null && state is null ? ResolveReason.Revised : null;
    }

    /// <summary>Gives the alert its destinations, and a new version when a reader could notice the difference.</summary>
    private void Save(DeploymentPartition partition, AlertRecord? before, Alert alert)
    {
        if (alert.IsOpen)
        {
            var routed = router.Route(alert, before?.Alert.Destinations ?? [], before?.Alert.IsOpen ?? false);
            alert = alert with { Destinations = routed.Destinations, MissingChannels = routed.MissingChannels };
        }

        var isNews = before is null || IsNews(before.Alert, alert);
        if (!isNews && before!.Alert.Evidence.WindowEnd == alert.Evidence.WindowEnd && before.Alert.Evidence.Value == alert.Evidence.Value)
            return;
        var saved = isNews
            ? alert with
            {
                Version = before?.Alert.Version.Next() ?? new(now.UtcTicks, 1),
                ChangedAt = now,
                ByRuleChange = before is { Alert.IsOpen: true } && before.Alert.Rule.Fingerprint != alert.Rule.Fingerprint,
            }
            : alert with { Version = before!.Alert.Version, ChangedAt = before.Alert.ChangedAt, ByRuleChange = before.Alert.ByRuleChange };
        partition.Alerts[saved.Key.Id] = new(saved, before?.Dispatched ?? default) { ETag = before?.ETag ?? "" };
    }

    private static bool IsNews(Alert before, Alert after) =>
        before.IsOpen != after.IsOpen || before.Severity != after.Severity || before.NoData != after.NoData || before.Since != after.Since ||
        before.ResolvedBecause != after.ResolvedBecause || before.Deployment != after.Deployment || before.Rule != after.Rule ||
        !before.Destinations.SequenceEqual(after.Destinations) || !before.MissingChannels.SequenceEqual(after.MissingChannels);
}
