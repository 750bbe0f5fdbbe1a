using MetricsAlerts.Web.Alertmanager;
using MetricsAlerts.Web.OpenApi;
using MetricsAlerts.Web.Pages;
using MetricsAlerts.Web.Pages.SignIn;
using MetricsAlerts.Web.Requests;
using MetricsAlerts.Web.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Web;

/// <summary>
/// The HTTP API and the dashboard, the same in every head: what is open, what is silenced, what could not be delivered, and whether the
/// process is well.
/// </summary>
public static class MetricsAlertsEndpoints
{
    /// <summary>Adds what the endpoints need.</summary>
    public static IServiceCollection AddMetricsAlertsWeb(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => ResponseJson.Configure(json.SerializerOptions));
        services.AddRouting();
        services.AddOptions<WebOptions>().BindConfiguration(WebOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WebOptions>, WebOptionsCheck>();
        services.AddSingleton<SessionCookie>().AddSingleton<ApiAccess>().AddSingleton<ApiPipeline>()
            .AddSingleton<AlertmanagerAlerts>().AddSingleton<AlertmanagerSilences>();
        return services.AddApiDocument();
    }

    /// <summary>
    /// Adds the headers that every response has, and a problem detail for whatever went wrong. It comes before the endpoints.
    /// </summary>
    public static IApplicationBuilder UseMetricsAlerts(this IApplicationBuilder application) => application.UseMiddleware<ApiResponses>();

    /// <summary>
    /// Maps <c>/healthz</c>, <c>/readyz</c>, <c>/api</c>, <c>/links</c>, <c>/openapi</c>, and the pages of the dashboard from <c>/</c> on.
    /// </summary>
    public static IEndpointRouteBuilder MapMetricsAlerts(this IEndpointRouteBuilder routes)
    {
        var access = routes.ServiceProvider.GetRequiredService<ApiAccess>();
        HealthEndpoint.Map(routes);
        routes.MapOpenApi("/openapi/v1.json").Require(access, ApiRole.Reader);

        var api = routes.MapGroup("/api").WithMetadata(new InApiDocument());
        api.AddEndpointFilterFactory(KnownQueryOnly.Create);
        api.ProducesProblem(StatusCodes.Status400BadRequest);
        api.ProducesProblem(StatusCodes.Status401Unauthorized);
        api.ProducesProblem(StatusCodes.Status403Forbidden);
        AlertEndpoints.Map(api, access);
        RuleEndpoints.Map(api, access);
        ExplainEndpoint.Map(api, access);
        SilenceEndpoints.Map(api, access);
        DeadLetterEndpoints.Map(api, access);
        AlertmanagerEndpoints.Map(routes, access);
        LinkEndpoints.Map(routes);
        DashboardEndpoints.Map(routes, access, routes.ServiceProvider.GetRequiredService<SessionCookie>());
        return routes;
    }
}
