using MetricsAlerts.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace MetricsAlerts.Functions.Triggers;

/// <summary>Whether the app is well, and has rules; the same in every head.</summary>
public sealed class Health(ApiPipeline pipeline)
{
    [Function(nameof(Health))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "healthz")] HttpRequest request) =>
        pipeline.HandleAsync(request.HttpContext);

    [Function("Ready")]
    public Task RunReadyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "readyz")] HttpRequest request) =>
        pipeline.HandleAsync(request.HttpContext);
}
