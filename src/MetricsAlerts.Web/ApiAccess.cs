using System.Net;
using System.Security.Cryptography;
using System.Text;
using MetricsAlerts.Formats;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace MetricsAlerts.Web;

/// <summary>
/// Who may change something: with <c>Web:ApiKey</c> set, whoever sends it as <c>X-Api-Key</c>; without it, only somebody on this
/// machine who also calls it so (a page on the web that resolves its own name to loopback does not).
/// </summary>
internal sealed class ApiAccess(IConfiguration configuration) : IEndpointFilter
{
    public const string Header = "X-Api-Key";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsAllowed(context.HttpContext)
            ? await next(context)
            : Results.Problem("Set Web:ApiKey and send it as X-Api-Key.", statusCode: StatusCodes.Status403Forbidden);

    private bool IsAllowed(HttpContext context)
    {
        if (configuration["Web:ApiKey"] is { Length: > 0 } key)
            return !UnresolvedReference.Is(key) &&
                CryptographicOperations.FixedTimeEquals(Hash(key), Hash(context.Request.Headers[Header].ToString()));
        return context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote) &&
            (context.Request.Host.Host == "localhost" ||
                (IPAddress.TryParse(context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host)));
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
