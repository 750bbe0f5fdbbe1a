using MetricsAlerts.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace MetricsAlerts.Functions.Triggers;

/// <summary>
/// The HTTP API and the dashboard: the same as in every other head. They ask for a key or a role themselves, because a function key would
/// lock out whoever has signed in; signed links and the health check need none.
/// </summary>
public sealed class Api(ApiPipeline pipeline)
{
    [Function(nameof(Api))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "delete", Route = "api/{*path}")] HttpRequest request) =>
        pipeline.HandleAsync(request.HttpContext);

    [Function("OpenApi")]
    public Task RunOpenApiAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi/{*path}")] HttpRequest request) =>
        pipeline.HandleAsync(request.HttpContext);

    [Function("Links")]
    public Task RunLinksAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "links/{*path}")] HttpRequest request) =>
        pipeline.HandleAsync(request.HttpContext);

    /// <summary>Whatever is not matched by another route: the pages, from <c>/</c> on.</summary>
    [Function("Pages")]
    public Task RunPagesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "{*path}")] HttpRequest request) =>
        pipeline.HandleAsync(request.HttpContext);
}
