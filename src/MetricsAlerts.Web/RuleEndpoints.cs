using MetricsAlerts.Rules;
using MetricsAlerts.Ticks;
using MetricsAlerts.Web.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>The rules, and how the last tick went.</summary>
internal static class RuleEndpoints
{
    public static void Map(IEndpointRouteBuilder api, ApiAccess access)
    {
        api.MapGet("/rules", ListAsync).Require(access, ApiRole.Reader)
            .WithName("listRules").WithTags("Rules").WithSummary("Every rule that is stored.").Produces<IReadOnlyList<RuleResponse>>();
        api.MapGet("/collection", LastTickAsync).Require(access, ApiRole.Reader)
            .WithName("lastTick").WithTags("Collection").WithSummary("How the last tick of the collection went, or goes.")
            .Produces<TickResponse>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(RuleStore rules, CancellationToken cancellationToken) =>
        Results.Ok((await rules.GetAsync(cancellationToken)).Rules.Select(RuleResponse.Of));

    private static async Task<IResult> LastTickAsync(TickReports reports, CancellationToken cancellationToken) =>
        await reports.LoadAsync(cancellationToken) is { } tick
            ? Results.Ok(TickResponse.Of(tick))
            : new ApiProblem(StatusCodes.Status404NotFound, "Nothing was collected yet.");
}
