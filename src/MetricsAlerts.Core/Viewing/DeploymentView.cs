using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Viewing;

/// <summary>A deployment as people look at it.</summary>
/// <param name="Deployment">What it is called.</param>
/// <param name="Series">Its series, in order of metric and instance.</param>
/// <param name="Alerts">Its alerts, open ones and those that closed of late.</param>
public sealed record DeploymentView(Deployment Deployment, IReadOnlyList<SeriesView> Series, IReadOnlyList<Alert> Alerts)
{
    /// <summary>The worst state of its series and alerts.</summary>
    public SeriesStanding Standing => Series.Select(series => series.Standing)
        .Concat(Alerts.Where(alert => alert.IsOpen).Select(StandingOf)).DefaultIfEmpty(SeriesStanding.Unwatched).Max();

    /// <summary>The state that an open alert means for its series.</summary>
    public static SeriesStanding StandingOf(Alert alert) =>
        alert.Severity == Severity.Critical ? SeriesStanding.Critical : SeriesStanding.Warning;

    /// <summary>What is kept of it, with at most so many windows of each series.</summary>
    internal static DeploymentView Of(DeploymentPartition partition, Deployment known, RuleSet rules, int most)
    {
        var alerts = partition.Alerts.Values.Select(record => record.Alert).ToList();
        var deployment = partition.Head.Deployment ?? alerts.FirstOrDefault()?.Deployment ?? known;
        return new(
            deployment,
            [
                .. partition.Instances.Values
                    .SelectMany(instance => instance.State!.Series.Select(series => SeriesView.Of(instance.Name, series, rules, most)))
                    .OrderBy(series => series.Metric.Family).ThenBy(series => series.Name.Metric, StringComparer.Ordinal)
                    .ThenBy(series => series.Name.Bucket)
                    .ThenByDescending(series => series.Instance == Instances.All).ThenBy(series => series.Instance, StringComparer.Ordinal),
            ],
            alerts);
    }
}
