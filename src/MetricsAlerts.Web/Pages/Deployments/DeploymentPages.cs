using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;
using MetricsAlerts.Ticks;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web.Pages.Framing;
using MetricsAlerts.Web.Pages.Overview;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web.Pages.Deployments;

/// <summary>The deployments, and every series of one.</summary>
internal static class DeploymentPages
{
    public static void Map(IEndpointRouteBuilder pages, PageRenderer renderer)
    {
        pages.MapGet("/deployments", async (HttpContext http, int? grid, FleetReader fleet, CancellationToken cancellation) =>
        {
            var from = Math.Max(0, grid ?? 0);
            var found = MetricGrid.Of((await fleet.ReadAsync(cancellation)).Deployments, from);
            return await renderer.PageAsync<DeploymentsPage, DeploymentsModel>(
                http, "Deployments", "Deployments", new(found, from));
        });
        pages.MapGet("/deployments/{id}", async (
            HttpContext http, string id, int? from, FleetReader fleet, RuleStore rules, TickStatus ticks, CancellationToken cancellation) =>
        {
            if (await fleet.FindAsync(id, instance: null, cancellation) is not { } view)
                return await renderer.MissingAsync(http, "Nothing has been collected of such a deployment.");
            var report = (await ticks.ReadAsync(cancellation)).Last?.Report;
            var first = Math.Max(0, from ?? 0);
            var model = new DeploymentModel(view, await rules.GetAsync(cancellation))
            {
                First = first,
                Shown = [.. view.Series.Skip(first).Take(DeploymentModel.PageSize)],
                Remarks = [.. (report?.Failures ?? []).Concat(report?.Notes ?? []).Where(remark => remark.DeploymentId == id)],
            };
            return await renderer.PageAsync<DeploymentPage, DeploymentModel>(http, view.Deployment.Label, "Deployments", model);
        });
    }
}

/// <summary>What the page of all deployments shows.</summary>
/// <param name="Grid">Deployments by metrics.</param>
/// <param name="From">The first row.</param>
public sealed record DeploymentsModel(MetricGrid Grid, int From);

/// <summary>What the page of a deployment shows.</summary>
/// <param name="View">The deployment.</param>
/// <param name="Rules">Today's rules.</param>
public sealed record DeploymentModel(DeploymentView View, RuleSet Rules)
{
    /// <summary>Series on a page.</summary>
    public const int PageSize = 120;

    /// <summary>The first series of this page.</summary>
    public int First { get; init; }

    /// <summary>The series of this page.</summary>
    public IReadOnlyList<SeriesView> Shown { get; init; } = [];

    /// <summary>What the last tick says of it.</summary>
    public IReadOnlyList<CollectionRemark> Remarks { get; init; } = [];

    /// <summary>Its open alerts, the worst first.</summary>
    public IReadOnlyList<Alert> Open => [.. View.Alerts.Where(alert => alert.IsOpen)
        .OrderByDescending(alert => alert.Severity).ThenBy(alert => alert.Since)];

    /// <summary>The threshold to draw of a series: that of its worst rule.</summary>
    public (double Value, string Class)? ThresholdOf(SeriesView series)
    {
        var worst = series.Watches.OrderByDescending(watch => watch.Standing).Select(watch => Rules.Find(watch.Rule)).OfType<Rule>();
        return worst.FirstOrDefault() is { } rule
            ? rule.When.Thresholds(rule.Severity)
                .Select(level => ((double, string)?)(level.Value, Words.Class(level.Level))).LastOrDefault()
            : null;
    }
}
