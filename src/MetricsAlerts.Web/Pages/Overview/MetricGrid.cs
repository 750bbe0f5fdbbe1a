using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web.Pages.Framing;

namespace MetricsAlerts.Web.Pages.Overview;

/// <summary>Deployments by metrics, each cell the worst instance.</summary>
/// <param name="Metrics">The columns.</param>
/// <param name="Hidden">Metrics that have no column.</param>
/// <param name="Rows">The rows, the worst first.</param>
/// <param name="All">How many rows there are in all.</param>
public sealed record MetricGrid(IReadOnlyList<string> Metrics, int Hidden, IReadOnlyList<GridRow> Rows, int All)
{
    /// <summary>The most columns.</summary>
    public const int MostMetrics = 9;

    /// <summary>The most rows of a page.</summary>
    public const int PageSize = 50;

    /// <summary>Arranges it.</summary>
    /// <param name="all">The deployments.</param>
    /// <param name="from">The first row that is wanted.</param>
    public static MetricGrid Of(IReadOnlyList<DeploymentView> all, int from)
    {
        // The pipeline's own metrics have a page of their own, unless something is wrong there.
        var deployments = all.Where(one => one.Deployment.Id != PipelineDeployment.Id || one.Standing > SeriesStanding.Fine).ToList();

        // Those that rules look at first, then those that many deployments have.
        var metrics = deployments.SelectMany(one => one.Series)
            .GroupBy(series => series.Name.Metric, StringComparer.Ordinal)
            .OrderByDescending(group => group.Max(series => series.Standing > SeriesStanding.Fine))
            .ThenByDescending(group => group.Any(series => series.Watches.Count > 0))
            .ThenByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Key).ToList();
        var columns = metrics.Take(MostMetrics)
            .OrderBy(metric => MetricCatalogue.Find(metric).Family).ThenBy(metric => metric, StringComparer.Ordinal).ToList();
        var rows = deployments.OrderByDescending(one => one.Standing)
            .ThenBy(one => one.Deployment.Label, StringComparer.OrdinalIgnoreCase)
            .Skip(from).Take(PageSize).Select(one => GridRow.Of(one, columns)).ToList();
        return new(columns, metrics.Count - columns.Count, rows, deployments.Count);
    }
}

/// <summary>A deployment.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Standing">Its worst state.</param>
/// <param name="Cells">One for each metric; null where it does not have it.</param>
public sealed record GridRow(Deployment Deployment, SeriesStanding Standing, IReadOnlyList<GridCell?> Cells)
{
    /// <summary>The row of a deployment.</summary>
    public static GridRow Of(DeploymentView view, IReadOnlyList<string> metrics)
    {
        var series = view.Series.ToLookup(one => one.Name.Metric, StringComparer.Ordinal);
        var alerts = view.Alerts.Where(alert => alert.IsOpen).ToLookup(alert => alert.Key.Metric, StringComparer.Ordinal);
        return new(
            view.Deployment,
            view.Standing,
            [.. metrics.Select(metric => GridCell.Of(view.Deployment.Id, metric, [.. series[metric]], [.. alerts[metric]]))]);
    }
}

/// <summary>A metric of a deployment.</summary>
/// <param name="Text">The value of the worst instance.</param>
/// <param name="Standing">Its state.</param>
/// <param name="Address">Where it leads: to the worst open alert, or the deployment's series.</param>
/// <param name="Title">What it is, in words.</param>
public sealed record GridCell(string Text, SeriesStanding Standing, string Address, string Title)
{
    /// <summary>The cell of a metric; null when the deployment does not have it.</summary>
    public static GridCell? Of(string deploymentId, string metric, IReadOnlyList<SeriesView> series, IReadOnlyList<Alert> open)
    {
        if (open.OrderByDescending(alert => alert.Severity).ThenBy(alert => alert.Since).FirstOrDefault() is { } alert)
        {
            var value = AlertWords.IsMissing(alert) ? "no value"
                : alert.Evidence.Value is { } number ? Words.Value(number, alert.Rule.Unit)
                : "–";
            return new(
                value,
                DeploymentView.StandingOf(alert),
                Words.AlertAddress(alert.Key),
                $"{metric} on {Words.Instance(alert.Key.Instance)}: {AlertWords.State(alert)}, rule {alert.Key.Rule}");
        }

        if (series.OrderByDescending(one => one.Standing).ThenByDescending(one => one.Instance == Instances.All)
            .ThenByDescending(one => one.Watches.Count).ThenBy(one => one.Name.Bucket).FirstOrDefault() is not { } worst)
        {
            return null;
        }

        var text = worst.NewestValue?.Value is { } newest ? Words.Value(newest, worst.Metric.Unit) : "–";
        return new(
            text,
            worst.Standing,
            $"{Words.DeploymentAddress(deploymentId)}#{Uri.EscapeDataString(metric)}",
            $"{metric} on {Words.Instance(worst.Instance)}: {StateOf(worst.Standing)}");
    }

    private static string StateOf(SeriesStanding standing) => standing switch
    {
        SeriesStanding.Pending => "past its threshold, but not yet for long enough",
        SeriesStanding.Fine => "fine",
        SeriesStanding.Unwatched => "no rule looks at it",
        _ => "open",
    };
}
