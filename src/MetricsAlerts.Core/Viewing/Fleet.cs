using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Viewing;

/// <summary>Every deployment at one moment.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Rules">The rules of that moment.</param>
/// <param name="Deployments">The deployments, in order of their labels.</param>
public sealed record Fleet(DateTimeOffset At, RuleSet Rules, IReadOnlyList<DeploymentView> Deployments)
{
    /// <summary>Every open alert, the worst first, then those that have been open longest.</summary>
    public IReadOnlyList<Alert> Open { get; } = [.. Deployments.SelectMany(deployment => deployment.Alerts).Where(alert => alert.IsOpen)
        .OrderByDescending(alert => alert.Severity).ThenBy(alert => alert.Since).ThenBy(alert => alert.Key.Id, StringComparer.Ordinal)];

    /// <summary>Every alert that closed of late, the newest first.</summary>
    public IReadOnlyList<Alert> Closed { get; } = [.. Deployments.SelectMany(deployment => deployment.Alerts).Where(alert => !alert.IsOpen)
        .OrderByDescending(alert => alert.ChangedAt).ThenBy(alert => alert.Key.Id, StringComparer.Ordinal)];

    /// <summary>Every rule on a series whose windows breach, but not yet for long enough.</summary>
    public IEnumerable<(DeploymentView Deployment, SeriesView Series, WatchView Watch)> Pending =>
        from deployment in Deployments
        from series in deployment.Series
        from watch in series.Watches
        where watch.Standing == SeriesStanding.Pending
        select (deployment, series, watch);
}
