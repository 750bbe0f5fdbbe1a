using MetricsAlerts.Formats;
using MetricsAlerts.Rules;
using MetricsAlerts.Ticks;
using MetricsAlerts.Web.Pages;
using MetricsAlerts.Web.Pages.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Web;

/// <summary>
/// The HTTP API and the dashboard, the same in every head: what is open, what is silenced, what could not be delivered, and whether the
/// process is well.
/// </summary>
public static class MetricsAlertsEndpoints
{
    /// <summary>Maps <c>/healthz</c>, <c>/api</c>, <c>/links</c>, and the pages of the dashboard from <c>/</c> on.</summary>
    /// <param name="routes">Where they are mapped.</param>
    /// <param name="openToRead">Whether everybody who reaches it may read; else only who has a key or has signed in.</param>
    public static IEndpointRouteBuilder MapMetricsAlerts(this IEndpointRouteBuilder routes, bool openToRead)
    {
        HealthEndpoint.Map(routes);
        var configuration = routes.ServiceProvider.GetRequiredService<IConfiguration>();
        var sessions = new SessionCookie(configuration, routes.ServiceProvider.GetRequiredService<TimeProvider>());
        var access = new ApiAccess(configuration, others: openToRead ? ApiRole.Reader : ApiRole.None, sessions.RoleOf);
        var api = routes.MapGroup("/api").AddEndpointFilter(access.AtLeast(ApiRole.Reader));
        api.MapGet("/rules", ListRulesAsync);
        api.MapGet("/collection", LastTickAsync);
        AlertEndpoints.Map(api);
        SilenceEndpoints.Map(api, access);
        DeadLetterEndpoints.Map(api, access);
        LinkEndpoints.Map(routes);
        DashboardEndpoints.Map(routes, access, sessions);
        return routes;
    }

    private static async Task<IResult> ListRulesAsync(RuleStore rules, CancellationToken cancellationToken)
    {
        var ruleSet = await rules.GetAsync(cancellationToken);
        return Results.Json(
            ruleSet.Rules.Select(
                rule => new { rule.Name, metric = rule.Metric.Text, when = rule.When.ToYaml(), @for = rule.For.ToString(), rule.Enabled }));
    }

    private static async Task<IResult> LastTickAsync(TickReports reports, CancellationToken cancellationToken)
    {
        if (await reports.LoadAsync(cancellationToken) is not { } state)
            return Results.NotFound();
        var report = state.Report;
        return Results.Json(new
        {
            at = Timestamps.Format(report.At),
            shards = state.Shards,
            finished = state.Finished,
            report.Deployments,
            report.Series,
            report.Windows,
            report.Requests,
            report.Behind,
            report.Failures,
            report.Notes,
        });
    }
}
