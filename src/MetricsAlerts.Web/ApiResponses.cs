using MetricsAlerts.Web.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Web;

/// <summary>
/// Around every endpoint of the API: the headers that all responses have, and a problem detail for whatever went wrong, also where no
/// endpoint was found. Requests that are not the API's pass through.
/// </summary>
internal sealed partial class ApiResponses(RequestDelegate next, ILogger<ApiResponses> logger)
{
    private static readonly string[] Roots = ["/api", "/openapi", "/healthz", "/readyz"];

    public async Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (!Roots.Any(root => context.Request.Path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase)))
        {
            await next(context);
            return;
        }

        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        try
        {
            await next(context);
        }
        catch (RequestRefusedException exception) when (!context.Response.HasStarted)
        {
            await ApiProblem.WriteAsync(context, StatusCodes.Status400BadRequest, exception.Message);
            return;
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await ApiProblem.WriteAsync(context, exception.StatusCode, exception.Message);
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // What went wrong may name what is nobody's business; the log has it.
            Log.Failed(logger, context.Request.Method, context.Request.Path, exception);
            await ApiProblem.WriteAsync(
                context, StatusCodes.Status500InternalServerError, "The request could not be answered; the log of the process says why.");
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null } response)
            await ApiProblem.WriteAsync(context, response.StatusCode, DetailOf(context));
    }

    private static string DetailOf(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"There is nothing at {context.Request.Path}; /openapi/v1.json says what there is.",
        StatusCodes.Status405MethodNotAllowed =>
            $"{context.Request.Method} is not possible here; allowed: {context.Response.Headers.Allow}.",
        var status => $"The request was refused with status {status}.",
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 902, Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, string method, string path, Exception exception);
    }
}
