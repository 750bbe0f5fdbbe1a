using MetricsAlerts.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Web;

/// <summary>Whether the process can read its rules. Anybody may ask, so nothing is said of what went wrong; the log has it.</summary>
internal sealed partial class HealthEndpoint(RuleStore rules, ILogger<HealthEndpoint> logger)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(
        "/healthz",
        (RuleStore rules, ILogger<HealthEndpoint> logger, CancellationToken cancellation) =>
            new HealthEndpoint(rules, logger).CheckAsync(cancellation));

    private async Task<IResult> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var ruleSet = await rules.GetAsync(cancellationToken);
            return Results.Json(new { status = "ok", rules = ruleSet.Enabled.Count });
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Unreadable(logger, exception);
            return Results.Json(
                new { status = "unavailable", problem = "The rules cannot be read." },
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 901, Level = LogLevel.Error, Message = "The rules cannot be read")]
        public static partial void Unreadable(ILogger logger, Exception exception);
    }
}
