using MetricsAlerts.Collecting;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Cli.Backtesting;

/// <summary>
/// Reads from a source the windows that rules would have looked at, each of the model of its time, as the pipeline does. What is refused
/// is a problem, and the rest goes on.
/// </summary>
internal sealed class SourceWindows(IMetricSource source, RuleSet rules, Func<Deployment, bool> isChosen, List<string> problems)
{
    /// <summary>What could not be read for a reason that is nobody's mistake.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>Every planned series of every chosen deployment over the time span, with the values as they are known now.</summary>
    public async Task<IReadOnlyList<SeriesWindow>> ReadAsync(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var windows = new List<SeriesWindow>();
        await foreach (var deployment in source.ListDeploymentsAsync(cancellationToken).Where(isChosen))
        {
            var metrics = source.Open(deployment);
            var patterns = CollectionPlan.PatternsFor(deployment, rules);
            var offered = patterns.Count > 0 ? await AskAsync(() => metrics.ListMetricsAsync(patterns, cancellationToken)) : [];
            var plan = CollectionPlan.For(deployment, rules, offered ?? []);
            var families = plan.FamiliesOfHosts;
            var models = plan.IsEmpty ? ModelTimeline.Empty : await FindModelsAsync(deployment, metrics, start, end, cancellationToken);
            var read = new ModelReader(metrics, models);
            var hosts = families.Count > 0 ? await AskAsync(() => metrics.ListHostsAsync(families, cancellationToken)) : null;
            foreach (var instance in (hosts?.Hosts ?? []).Prepend(Instances.All))
            {
                foreach (var planned in plan.Of(instance))
                {
                    var (series, bucket) = (planned.Name, planned.Name.Bucket);
                    var query = new SeriesQuery(instance, series, Timestamps.Floor(start, bucket), Timestamps.Floor(end, bucket));
                    var found = await AskAsync(() => ReadAsync(read, planned, query, cancellationToken));
                    windows.AddRange((found ?? []).Select(window => new SeriesWindow(deployment, instance, series, window)));
                }
            }

            Remarks.AddRange(read.Refused);
        }

        return windows;
    }

    private static async Task<IReadOnlyList<MetricWindow>> ReadAsync(
        ModelReader metrics, PlannedSeries planned, SeriesQuery query, CancellationToken cancellationToken)
    {
        var windows = (await metrics.ReadAsync(query, cancellationToken)).Windows;
        if (!planned.WithCompleteness)
            return windows;
        var completeness = await metrics.ReadCompletenessAsync(query, cancellationToken);
        return [.. windows.Select(window => window with { Completeness = ShareOf(window) })];

        double? ShareOf(MetricWindow window) => completeness.TryGetValue(window.Start, out var share) ? share : null;
    }

    /// <summary>The deployment names the model that it has now, and since when; its history tells of those before.</summary>
    private async Task<ModelTimeline> FindModelsAsync(
        Deployment deployment, IDeploymentMetrics metrics, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var current = ModelTimeline.Empty.With(deployment, start, end);
        if (current.Periods is not [{ From: { } since }] || since <= start)
            return current;
        if (await AskAsync(() => metrics.ListModelsAsync(cancellationToken)) is [{ From: null }, ..] known)
            return new(known);
        Remarks.Add(
            $"'{deployment.Label}' had another model before {current.Begin}, of which DataRobot tells nothing: that time is not read.");
        return current;
    }

    private async Task<T?> AskAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (MetricSourceException exception) when (exception.IsAboutTheRequest)
        {
            if (!problems.Contains(exception.Message))
                problems.Add(exception.Message);
            return null;
        }
    }
}
