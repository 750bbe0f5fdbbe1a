using MetricsAlerts.Collecting;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Cli.Backtesting;

/// <summary>Reads from a source the windows that rules would have looked at.</summary>
internal sealed class SourceWindows(IMetricSource source, RuleSet rules)
{
    /// <summary>Every planned series of every deployment over the time span, with the values as they are known now.</summary>
    public async Task<IReadOnlyList<SeriesWindow>> ReadAsync(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var windows = new List<SeriesWindow>();
        await foreach (var deployment in source.ListDeploymentsAsync(cancellationToken))
        {
            var metrics = source.Open(deployment);
            var patterns = CollectionPlan.PatternsFor(deployment, rules);
            var plan = CollectionPlan.For(
                deployment, rules, patterns.Count > 0 ? await metrics.ListMetricsAsync(patterns, cancellationToken) : []);
            var families = plan.FamiliesOfHosts;
            var hosts = families.Count > 0 ? (await metrics.ListHostsAsync(families, cancellationToken)).Hosts : [];
            foreach (var instance in hosts.Prepend(Instances.All))
            {
                foreach (var series in plan.Of(instance).Select(planned => planned.Name))
                {
                    var read = await metrics.ReadAsync(
                        new(instance, series, Timestamps.Floor(start, series.Bucket), Timestamps.Floor(end, series.Bucket)),
                        cancellationToken);
                    windows.AddRange(read.Windows.Select(window => new SeriesWindow(deployment, instance, series, window)));
                }
            }
        }

        return windows;
    }
}
