using MetricsAlerts.Web.Pages.Framing;
using MetricsAlerts.Web.Pages.Overview;
using MetricsAlerts.Web.Pages.SignIn;
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
        new SignInEndpoints(renderer, sessions, new(routes.ServiceProvider.GetRequiredService<TimeProvider>())).Map(routes);
        var pages = routes.MapGroup("").AddEndpointFilter(gate.LookAsync);
        var forms = routes.MapGroup("").AddEndpointFilter(gate.ChangeAsync);
        OverviewEndpoint.Map(pages, renderer);
        _ = forms;
    }
}
