using MetricsAlerts.Web.Pages.Alerts;
using MetricsAlerts.Web.Pages.Channels;
using MetricsAlerts.Web.Pages.DeadLetters;
using MetricsAlerts.Web.Pages.Deployments;
using MetricsAlerts.Web.Pages.Framing;
using MetricsAlerts.Web.Pages.History;
using MetricsAlerts.Web.Pages.Overview;
using MetricsAlerts.Web.Pages.Pipeline;
using MetricsAlerts.Web.Pages.Rules;
using MetricsAlerts.Web.Pages.SignIn;
using MetricsAlerts.Web.Pages.Silences;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Web.Pages;

/// <summary>The dashboard: pages rendered on the server, the same in every head.</summary>
internal static class DashboardEndpoints
{
    /// <summary>Maps every page.</summary>
    /// <param name="routes">Where they are mapped.</param>
    /// <param name="access">Who may do what.</param>
    /// <param name="sessions">Who has signed in with a key.</param>
    public static void Map(IEndpointRouteBuilder routes, ApiAccess access, SessionCookie sessions)
    {
        var renderer = new PageRenderer(routes.ServiceProvider, access);
        var gate = new PageAccess(access);
        StaticAssets.Map(routes);
        new SignInEndpoints(renderer, sessions, new(routes.ServiceProvider.GetRequiredService<TimeProvider>())).Map(routes, gate);
        var pages = routes.MapGroup("").AddEndpointFilter(gate.LookAsync);
        var forms = routes.MapGroup("").AddEndpointFilter(gate.ChangeAsync);
        OverviewEndpoint.Map(pages, renderer);
        AlertEndpoint.Map(pages, forms, renderer);
        DeploymentPages.Map(pages, renderer);
        RulePages.Map(pages, renderer);
        HistoryPages.Map(pages, renderer);
        SilencePages.Map(pages, forms, renderer);
        ChannelPages.Map(pages, forms, renderer);
        DeadLetterPages.Map(routes.MapGroup("").AddEndpointFilter(gate.LookAsOperatorAsync), forms, renderer);
        PipelinePages.Map(pages, renderer);
    }
}
