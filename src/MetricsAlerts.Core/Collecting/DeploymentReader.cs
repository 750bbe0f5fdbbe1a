using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Collecting;

/// <summary>Reads the planned series of one deployment: what is new or revised, and what is no longer there.</summary>
internal sealed class DeploymentReader(
    IDeploymentMetrics metrics, RuleSet rules, Checkpoint checkpoint, CollectionOptions options, DeploymentReading reading)
{
    /// <summary>How exactly it is stored when a host was last named.</summary>
    private readonly TimeSpan _precision = options.HostGoneAfter / 24;

    private Deployment Deployment => reading.Deployment;

    /// <summary>Reads until all is read or the source fails; either way the reading holds what was read.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var plan = await PlanAsync(cancellationToken);
            foreach (var instance in await ListInstancesAsync(plan, cancellationToken))
                await ReadAsync(plan, instance, cancellationToken);
        }
        catch (MetricSourceException exception)
        {
            reading.AddFailure(exception.Message);
        }

        reading.Requests = metrics.Requests;
    }

    private async Task<CollectionPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var patterns = CollectionPlan.PatternsFor(Deployment, rules);
        var offered = patterns.Count == 0 ? [] : await ListMetricsAsync(patterns, cancellationToken);

        // Where the list is refused, what globs have found before is read on, and nothing counts as gone.
        var plan = CollectionPlan.For(Deployment, rules, offered ?? checkpoint.Metrics);
        reading.IsWatched = !plan.IsEmpty;
        foreach (var instance in checkpoint.Instances)
        {
            foreach (var series in instance.Series.Keys.Where(series => !plan.Wants(instance.Instance, series)))
                Leave(instance.Instance, series);
        }

        return plan;
    }

    private async Task<IReadOnlyList<string>?> ListMetricsAsync(IReadOnlyList<Glob> patterns, CancellationToken cancellationToken)
    {
        try
        {
            return await metrics.ListMetricsAsync(patterns, cancellationToken);
        }
        catch (MetricSourceException exception) when (exception.IsAboutTheRequest)
        {
            reading.AddFailure(exception.Message);
            return null;
        }
    }

    /// <summary>A series that is not planned any more is gone when a rule still wants it; otherwise nobody needs to know.</summary>
    private void Leave(string instance, SeriesName series)
    {
        if (!rules.Enabled.Any(rule => rule.Matches(Deployment, instance, series)))
            reading.Unwanted.Add((instance, series));
        else if (!MayBeQuiet(instance, series))
            reading.GoneSeries.Add(new(instance, series.Metric, series.Bucket));
    }

    /// <summary>A feature without requests is not listed for a while: that is no answer to whether the deployment still has it.</summary>
    private bool MayBeQuiet(string instance, SeriesName series) =>
        MetricCatalogue.Find(series.Metric).Family == MetricFamily.Drift &&
        checkpoint.Find(instance)?.Find(series)?.Newest is { } newest && reading.At - (newest + series.Bucket) < options.HostGoneAfter;

    /// <summary>The deployment as a whole, and its hosts where a rule asks for them.</summary>
    private async Task<IReadOnlyList<string>> ListInstancesAsync(CollectionPlan plan, CancellationToken cancellationToken)
    {
        if (!plan.NeedsHosts)
            return [Instances.All];
        try
        {
            var hosts = await metrics.ListHostsAsync(cancellationToken);
            if (hosts.Count == 0)
            {
                reading.AddNote(
                    $"Deployment '{Deployment.Label}' does not tell prediction servers apart, so it is watched as a whole only. " +
                    "Turn segment analysis on in the deployment's settings.");
            }

            RecordHosts(hosts);
            return [Instances.All, .. hosts];
        }
        catch (MetricSourceException exception) when (exception.IsAboutTheRequest)
        {
            // A list that cannot be read is no answer: no host is gone for it, and the deployment as a whole is watched all the same.
            reading.AddFailure(exception.Message);
            return [Instances.All];
        }
    }

    private void RecordHosts(IReadOnlyList<string> hosts)
    {
        var named = hosts.ToHashSet(StringComparer.Ordinal);
        foreach (var host in checkpoint.Instances.Where(instance => instance.Instance != Instances.All))
        {
            if (named.Contains(host.Instance))
            {
                host.RecordNamed(reading.At, _precision);
                continue;
            }

            host.RecordMissing(reading.At, _precision);
            if (reading.At - host.LastNamed >= options.HostGoneAfter)
                reading.GoneInstances.Add(host.Instance);
        }
    }

    private async Task ReadAsync(CollectionPlan plan, string instance, CancellationToken cancellationToken)
    {
        var stored = checkpoint.Find(instance);
        var reader = new InstanceReader(metrics, instance, stored, options.LookBack, reading);
        foreach (var planned in plan.Of(instance))
        {
            if (await reader.ReadAsync(planned, cancellationToken) is not { } changes)
                continue;
            if (changes.IsOffered)
                reading.Add(instance, changes);
            else if (stored?.Find(changes.Name) is not null)
                reading.GoneSeries.Add(new(instance, changes.Name.Metric, changes.Name.Bucket));
        }
    }
}
