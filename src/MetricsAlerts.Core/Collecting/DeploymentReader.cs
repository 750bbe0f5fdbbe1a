using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Collecting;

/// <summary>Reads the planned series of one deployment: what is new or revised, and what is no longer there.</summary>
internal sealed class DeploymentReader(
    IDeploymentMetrics metrics, RuleSet rules, Checkpoint checkpoint, CollectionOptions options, DeploymentReading reading)
{
    private readonly TickFacts _facts = new(reading.At, reading.Deployment.LastPrediction, options);

    private Deployment Deployment => reading.Deployment;

    /// <summary>Reads until all is read or the source fails; either way the reading holds what was read.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        reading.Models = checkpoint.Models;
        try
        {
            var plan = await PlanAsync(cancellationToken);
            var instances = new InstanceList(metrics, checkpoint, options, reading);
            var hosts = await instances.ListAsync(plan, cancellationToken);
            await FindModelsAsync(plan, cancellationToken);
            await ReadAsync(plan, hosts, cancellationToken);
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
        foreach (var pattern in patterns.Where(pattern => offered is not null && !offered.Any(pattern.Matches)))
            reading.AddNote($"No metric of the deployment matches '{pattern}'.");

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

    /// <summary>
    /// A series that is not planned any more is gone when a rule still wants it. Else it is forgotten, here before there: should the rule
    /// come back, neither believes that the other knows what it does not.
    /// </summary>
    private void Leave(string instance, SeriesName series)
    {
        if (rules.Enabled.Any(rule => rule.Matches(Deployment, instance, series)))
        {
            if (!MayBeQuiet(instance, series))
                reading.GoneSeries.Add(new(instance, series.Metric, series.Bucket));
        }
        else if (checkpoint.Find(instance)!.Find(series)!.IsForgotten)
        {
            reading.GoneSeries.Add(new(instance, series.Metric, series.Bucket) { Unwatched = true });
        }
        else
        {
            reading.Forgotten.Add((instance, series));
        }
    }

    /// <summary>A feature without requests is not listed for a while: that is no answer to whether the deployment still has it.</summary>
    private bool MayBeQuiet(string instance, SeriesName series) =>
        MetricCatalogue.Find(series.Metric).Family == MetricFamily.Drift &&
        checkpoint.Find(instance)?.Find(series)?.Newest is { } newest && reading.At - (newest + series.Bucket) < options.HostGoneAfter;

    /// <summary>
    /// A deployment may have had other models within the time that is read, before it was known here or between two ticks: its history
    /// tells. Where the history cannot be read for a moment, nothing of it counts as known.
    /// </summary>
    private async Task FindModelsAsync(CollectionPlan plan, CancellationToken cancellationToken)
    {
        if (plan.IsEmpty)
            return;
        var found = checkpoint.Models.With(Deployment, checkpoint.LastReading, reading.At);
        var isReplaced = checkpoint.Models.Periods.Count > 0 && found.ToString() != checkpoint.Models.ToString();
        var longest = plan.Series.Max(series => series.Name.Bucket * (series.Windows + 1));
        var oldest = reading.At - (longest > options.LookBack ? longest : options.LookBack);
        var isUnknown = found.Periods is [{ From: { } since }, ..] && since > oldest;
        var known = isReplaced || isUnknown ? await metrics.ListModelsAsync(cancellationToken) : [];
        var isTold = known is [{ From: null }, ..];
        reading.Models = isTold ? new(known) : found;
        if (isUnknown && !isTold)
            reading.AddNote($"Before {reading.Models.Begin} it had another model, of which nothing is known here: that time is not read.");
    }

    private async Task ReadAsync(CollectionPlan plan, HostListing hosts, CancellationToken cancellationToken)
    {
        var models = new ModelReader(metrics, reading.Models);
        WholeReading? whole = null;
        foreach (var instance in hosts.Hosts.Prepend(Instances.All))
        {
            var planned = plan.Of(instance).Where(series => instance == Instances.All || hosts.Families.Contains(series.Definition.Family));
            var reader = new InstanceReader(models, instance, checkpoint.Find(instance), _facts, reading);
            try
            {
                await reader.ReadAsync([.. planned], whole, cancellationToken);
            }
            finally
            {
                // Whatever stops the reading now or later: of what changed in the deployment as a whole its hosts must be asked.
                whole ??= reader.Own;
                if (instance == Instances.All)
                    OweHosts(plan, whole);
            }
        }

        LeaveUncut(plan, hosts);
        foreach (var note in models.Refused)
            reading.AddNote(note);
        foreach (var (instance, outcomes) in reading.Outcomes)
        {
            foreach (var outcome in outcomes.Where(outcome => !outcome.IsOffered))
                RecordNotOffered(instance, outcome.Name);
        }
    }

    /// <summary>
    /// What was read of a host, and cannot be any more because the source does not tell hosts apart in that family, is gone as a host is:
    /// when that has been so for long. A refusal is no answer.
    /// </summary>
    private void LeaveUncut(CollectionPlan plan, HostListing hosts)
    {
        foreach (var host in hosts.Hosts.Select(checkpoint.Find).OfType<InstanceCheckpoint>())
        {
            var read = host.Series.Where(known => known.Value.ReadFrom is not null && plan.Wants(host.Instance, known.Key));
            foreach (var (name, series) in read)
            {
                var family = MetricCatalogue.Find(name.Metric).Family;
                if (hosts.Families.Contains(family) || hosts.Refused.Contains(family))
                    continue;
                if (series.UncutSince is { } since && reading.At - since >= options.HostGoneAfter)
                    reading.GoneSeries.Add(new(host.Instance, name.Metric, name.Bucket));
                else
                    reading.Uncut.Add((host.Instance, name));
            }
        }
    }

    /// <summary>Every host that is known, also one that is not listed right now: it may come back.</summary>
    private void OweHosts(CollectionPlan plan, WholeReading whole)
    {
        var owed = from host in checkpoint.Instances.Select(known => known.Instance).Where(host => host != Instances.All)
                   from planned in plan.Of(host)
                   let changes = whole.Find(new(planned.Name.Bucket, planned.Definition.ChangesWith))
                   let known = checkpoint.Find(host)?.Find(planned.Name)
                   where changes is not null && known is { ReadFrom: not null, Newest: not null }
                   select (host, planned.Name, changes.Starts.Where(start => start >= known.ReadFrom && start <= known.Newest).ToList());
        reading.Owed.AddRange(owed);
    }

    private void RecordNotOffered(string instance, SeriesName name)
    {
        if (checkpoint.Find(instance)?.Find(name) is not null)
        {
            reading.GoneSeries.Add(new(instance, name.Metric, name.Bucket));
        }
        else if (MetricCatalogue.Find(name.Metric).Family == MetricFamily.Custom &&
            NearestName.Of(name.Metric, MetricCatalogue.Known.Select(metric => metric.Name)) is { } meant)
        {
            var asking = rules.Enabled.Where(rule => rule.Matches(Deployment, instance, name)).Select(rule => $"'{rule.Rule.Name}'");
            reading.AddFailure(
                $"No metric is called '{name.Metric}', which the rule {string.Join(", ", asking.Order())} asks for; " +
                $"did you mean '{meant}'?");
        }
    }
}
