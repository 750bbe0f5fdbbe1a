using MetricsAlerts.Collecting;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Cli.Backtesting;

/// <summary>Reads from a source the windows that rules would have looked at; what is refused is a problem, and the rest goes on.</summary>
internal sealed class SourceWindows(IMetricSource source, RuleSet rules, Func<Deployment, bool> isChosen, List<string> problems)
{
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
            var hosts = families.Count > 0 ? await AskAsync(() => metrics.ListHostsAsync(families, cancellationToken)) : null;
            foreach (var instance in (hosts?.Hosts ?? []).Prepend(Instances.All))
            {
                foreach (var planned in plan.Of(instance))
                {
                    var (series, bucket) = (planned.Name, planned.Name.Bucket);
                    var query = new SeriesQuery(instance, series, Timestamps.Floor(start, bucket), Timestamps.Floor(end, bucket));
                    var read = await AskAsync(() => ReadAsync(metrics, planned, query, cancellationToken));
                    windows.AddRange((read ?? []).Select(window => new SeriesWindow(deployment, instance, series, window)));
                }
            }
        }

        return windows;
    }

    private static async Task<IReadOnlyList<MetricWindow>> ReadAsync(
        IDeploymentMetrics metrics, PlannedSeries planned, SeriesQuery query, CancellationToken cancellationToken)
    {
        var windows = (await metrics.ReadAsync(query, cancellationToken)).Windows;
        if (!planned.WithCompleteness)
            return windows;
        var completeness = await metrics.ReadCompletenessAsync(query, cancellationToken);
        return [.. windows.Select(window => window with { Completeness = ShareOf(window) })];

        double? ShareOf(MetricWindow window) => completeness.TryGetValue(window.Start, out var share) ? share : null;
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
