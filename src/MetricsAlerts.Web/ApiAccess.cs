using System.Net;
using System.Security.Cryptography;
using System.Text;
using MetricsAlerts.Formats;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace MetricsAlerts.Web;

/// <summary>
/// Who may do what. Whoever sends <c>Web:ApiKey</c> as <c>X-Api-Key</c> is an operator, whoever sends <c>Web:ReadKey</c> a reader; with
/// <c>Web:EntraRoles</c> also whoever has signed in with that role. Without <c>Web:ApiKey</c>, somebody on this machine who also calls it
/// so is an operator (a page on the web that resolves its own name to loopback is not, nor one whose browser sends a form here, nor
/// whoever comes through a proxy that says so). All others are what the head says.
/// </summary>
/// <param name="configuration">The settings.</param>
/// <param name="others">What everybody else may do.</param>
/// <param name="session">What a browser may do that has signed in with a key; null where none can.</param>
internal sealed class ApiAccess(IConfiguration configuration, ApiRole others, Func<HttpRequest, ApiRole>? session = null)
{
    public const string Header = "X-Api-Key";

    /// <summary>By any of these a proxy says that it asks for somebody else.</summary>
    private static readonly string[] OfProxies =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    /// <summary>Lets nobody through who may do less.</summary>
    public Func<EndpointFilterInvocationContext, EndpointFilterDelegate, ValueTask<object?>> AtLeast(ApiRole least) =>
        async (context, next) => RoleOf(context.HttpContext) switch
        {
            var role when role >= least => await next(context),
            ApiRole.None => Refuse(StatusCodes.Status401Unauthorized, least),
            _ => Refuse(StatusCodes.Status403Forbidden, least),
        };

    private static IResult Refuse(int status, ApiRole least) => Results.Problem(
        least == ApiRole.Operator
            ? $"It takes the role operator: send the setting Web:ApiKey as {Header}, or sign in."
            : $"It takes the role reader or operator: send the setting Web:ReadKey or Web:ApiKey as {Header}, or sign in.",
        statusCode: status);

    /// <summary>What whoever sends the request may do.</summary>
    public ApiRole RoleOf(HttpContext context)
    {
        // The platform says that its authentication is on: only then does it take forged principals away.
        var isOn = configuration.GetValue<bool>("Web:EntraRoles") && configuration.GetValue<bool>("WEBSITE_AUTH_ENABLED");
        var signedIn = isOn ? EntraPrincipal.RoleOf(context.Request) : ApiRole.None;
        var byKey = Sends(context, "Web:ApiKey") || IsAtThisMachine(context) ? ApiRole.Operator
            : Sends(context, "Web:ReadKey") ? ApiRole.Reader
            : others;
        var bySession = session?.Invoke(context.Request) ?? ApiRole.None;
        return (ApiRole)Math.Max((int)bySession, (int)(signedIn > byKey ? signedIn : byKey));
    }

    private bool Sends(HttpContext context, string setting) =>
        configuration[setting] is { Length: > 0 } key && !UnresolvedReference.Is(key) &&
        CryptographicOperations.FixedTimeEquals(Hash(key), Hash(context.Request.Headers[Header].ToString()));

    private bool IsAtThisMachine(HttpContext context) =>
        configuration["Web:ApiKey"] is null or "" && context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote) &&
        (context.Request.Host.Host == "localhost" ||
            (IPAddress.TryParse(context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host))) &&
        !OfProxies.Any(context.Request.Headers.ContainsKey) && !IsOfAnotherSite(context.Request);

    /// <summary>A browser sends forms of other sites, but says whose they are.</summary>
    private static bool IsOfAnotherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" ||
        (request.Headers.Origin.ToString() is { Length: > 0 } origin && origin != $"{request.Scheme}://{request.Host}");

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
