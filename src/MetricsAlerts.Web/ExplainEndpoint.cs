using System.Globalization;
using MetricsAlerts.Viewing.Explaining;
using MetricsAlerts.Web.Requests;
using MetricsAlerts.Web.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web;

/// <summary>Why a rule fires, or does not.</summary>
internal static class ExplainEndpoint
{
    private const int MostWindows = 1000;
    private const int DefaultWindows = 24;

    public static void Map(IEndpointRouteBuilder api, ApiAccess access) =>
        api.MapGet("/explain", ExplainAsync).Require(access, ApiRole.Reader)
            .WithName("explain").WithTags("Rules")
            .WithSummary("Why a rule fires on a deployment, or does not: window by window, and who hears of it.")
            .Produces<ExplainResponse>();

    private static async Task<IResult> ExplainAsync(
        [AsParameters] ExplainParameters query, RuleExplainer explainer, TimeProvider time, CancellationToken cancellationToken)
    {
        var asked = new ExplainQuery(Needed("rule", query.Rule), Needed("deployment", query.Deployment))
        {
            Instance = query.Instance,
            Metric = query.Metric,
            At = query.At is { } at ? FilterReader.TimeOf("at", at, time.GetUtcNow()) : null,
        };
        return Results.Ok(ExplainResponse.Of(await explainer.ExplainAsync(asked, cancellationToken), WindowsOf(query.Windows)));
    }

    private static string Needed(string name, string? text) => text is { Length: > 0 }
        ? text
        : throw new RequestRefusedException($"{name}: found nothing; expected a name.");

    private static int WindowsOf(string? text) => text is null ? DefaultWindows
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostWindows ? number
        : throw new RequestRefusedException($"windows: found '{text}'; expected a number from 1 to {MostWindows}.");
}
