using MetricsAlerts.Operations.Health;
using MetricsAlerts.Web.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>
/// Whether the process is well, and whether it has rules. Anybody may ask, so only the parts that are not well are named; the log says why.
/// </summary>
internal static class HealthEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", CheckAsync);
        routes.MapGet("/readyz", IsReadyAsync);
    }

    private static async Task<IResult> CheckAsync(ProcessHealth health, CancellationToken cancellationToken)
    {
        var response = HealthResponse.Of(
            await health.CheckAsync(cancellationToken), await health.CountRulesAsync(cancellationToken));
        return Results.Json(response, statusCode: StatusOf(response.Status != HealthResponse.Unavailable));
    }

    private static async Task<IResult> IsReadyAsync(ProcessHealth health, CancellationToken cancellationToken)
    {
        var rules = await health.CountRulesAsync(cancellationToken);
        return Results.Json(new ReadyResponse(rules > 0, rules), statusCode: StatusOf(rules > 0));
    }

    private static int StatusOf(bool isWell) => isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
}
