using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Simulator.Api;

/// <summary>DataRobot's monitoring endpoints over a simulated world, one class for each family.</summary>
internal static class MonitoringApi
{
    public static void Map(IEndpointRouteBuilder routes, SimulatedWorld world, TimeProvider time)
    {
        var question = new Question(world, time);
        var api = routes.MapGroup("/api/v2").AddEndpointFilter(RequireTokenAsync);
        api.MapGet(
            "/version/",
            () =>
                Question.Json(
                    new JsonObject { ["major"] = 2, ["minor"] = 36, ["versionString"] = "2.36.0", ["releasedVersion"] = "2.36.0" }));
        DeploymentEndpoints.Map(api, question);
        AccuracyEndpoints.Map(api, question);
        ServiceEndpoints.Map(api, question);
        DriftEndpoints.Map(api, question);
        PredictionEndpoints.Map(api, question);
        CustomMetricEndpoints.Map(api, question);
        SegmentEndpoints.Map(api, question);
    }

    private static async ValueTask<object?> RequireTokenAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var authorization = context.HttpContext.Request.Headers.Authorization.ToString();
        return authorization.StartsWith("Bearer ", StringComparison.Ordinal) || authorization.StartsWith("Token ", StringComparison.Ordinal)
            ? await next(context)
            : Question.Json(Answers.Error("Invalid or missing API token"), StatusCodes.Status401Unauthorized);
    }
}
