using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Web;

/// <summary>
/// The endpoints as one function of a request, for a host that routes by itself, as Azure Functions does.
/// </summary>
public sealed class ApiPipeline
{
    private readonly RequestDelegate _handle;

    /// <summary>Builds it from the host's services, which must include routing.</summary>
    public ApiPipeline(IServiceProvider services)
    {
        var application = new ApplicationBuilder(services);
        application.UseMetricsAlerts();
        application.UseRouting();
        application.UseEndpoints(endpoints => endpoints.MapMetricsAlerts());
        _handle = application.Build();
    }

    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        // The host has matched the request with its own endpoint; ours are to be looked for.
        context.SetEndpoint(null);
        return _handle(context);
    }
}
