using System.Text.Json;
using MetricsAlerts.Web.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace MetricsAlerts.Web;

/// <summary>
/// What went wrong, as a problem detail (RFC 9457). Alertmanager's API says it as a JSON string, because its clients expect that.
/// </summary>
/// <param name="status">The status code.</param>
/// <param name="detail">What was found and what is allowed.</param>
internal sealed class ApiProblem(int status, string detail) : IResult
{
    public const string MediaType = "application/problem+json";

    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, status, detail);

    /// <summary>Writes the response, whose body must not have begun.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string detail)
    {
        var response = context.Response;
        response.StatusCode = status;
        if (IsOfAlertmanager(context.Request))
        {
            response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(response.Body, detail, ResponseJson.Options, context.RequestAborted);
            return;
        }

        response.ContentType = MediaType;
        var problem = new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail };
        await JsonSerializer.SerializeAsync(response.Body, problem, ResponseJson.Options, context.RequestAborted);
    }

    private static bool IsOfAlertmanager(HttpRequest request) => request.Path.StartsWithSegments("/api/v2", StringComparison.Ordinal);
}
