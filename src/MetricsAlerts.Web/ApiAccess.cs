using System.Net;
using System.Security.Cryptography;
using System.Text;
using MetricsAlerts.Formats;
using MetricsAlerts.Web.Pages.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace MetricsAlerts.Web;

/// <summary>
/// Who may do what. Whoever sends <c>Web:ApiKey</c> as <c>X-Api-Key</c> or as a bearer token is an operator, whoever sends
/// <c>Web:ReadKey</c> a reader; with <c>Web:EntraRoles</c> also whoever has signed in with that role. Where no key is set, somebody on this
/// machine who also calls it so is an operator (a page on the web that resolves its own name to loopback is not, nor one whose browser
/// sends a form here, nor whoever comes through a proxy that says so). Nobody else may do anything.
/// </summary>
/// <param name="configuration">The settings.</param>
/// <param name="sessions">What a browser may do that has signed in with a key.</param>
internal sealed class ApiAccess(IConfiguration configuration, SessionCookie sessions)
{
    public const string Header = "X-Api-Key";
    public const string OperatorKey = "Web:ApiKey";
    public const string ReaderKey = "Web:ReadKey";

    private const string Bearer = "Bearer ";

    /// <summary>By any of these a proxy says that it asks for somebody else.</summary>
    private static readonly string[] OfProxies =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    /// <summary>What the caller may do.</summary>
    public ApiRole RoleOf(HttpContext context)
    {
        // The platform says that its authentication is on: only then does it take forged principals away.
        var isOn = configuration.GetValue<bool>("Web:EntraRoles") && configuration.GetValue<bool>("WEBSITE_AUTH_ENABLED");
        var signedIn = isOn ? EntraPrincipal.RoleOf(context.Request) : ApiRole.None;
        var byKey = Sends(context, OperatorKey) || IsAtThisMachine(context) ? ApiRole.Operator
            : Sends(context, ReaderKey) ? ApiRole.Reader
            : ApiRole.None;
        return new[] { signedIn, byKey, sessions.RoleOf(context.Request) }.Max();
    }

    /// <summary>Lets nobody through who may do less, and no page of another site that would have something changed.</summary>
    public async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, ApiRole least)
    {
        var request = context.HttpContext.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && IsOfAnotherSite(request))
            return new ApiProblem(
                StatusCodes.Status403Forbidden,
                $"A page of another site asks (Origin '{request.Headers.Origin}'); nothing is changed for it.");
        return RoleOf(context.HttpContext) switch
        {
            var role when role >= least => await next(context),
            ApiRole.None => Refuse(context.HttpContext, StatusCodes.Status401Unauthorized, least),
            _ => Refuse(context.HttpContext, StatusCodes.Status403Forbidden, least),
        };
    }

    private static ApiProblem Refuse(HttpContext context, int status, ApiRole least)
    {
        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        return new(
            status,
            least == ApiRole.Operator
                ? $"It takes the role operator: send the setting {OperatorKey} as {Header} or bearer token, or sign in."
                : $"It takes the role reader or operator: send the setting {ReaderKey} or {OperatorKey} as {Header} or bearer token, " +
                    "or sign in.");
    }

    private bool Sends(HttpContext context, string setting) =>
        configuration[setting] is { Length: > 0 } key && !UnresolvedReference.Is(key) &&
        CryptographicOperations.FixedTimeEquals(Hash(key), Hash(KeyOf(context.Request)));

    private static string KeyOf(HttpRequest request) =>
        request.Headers[Header].ToString() is { Length: > 0 } key ? key
        : request.Headers.Authorization.ToString() is var token && token.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? token[Bearer.Length..].Trim()
            : "";

    private bool IsAtThisMachine(HttpContext context) =>
        configuration[OperatorKey] is null or "" && configuration[ReaderKey] is null or "" &&
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote) &&
        (context.Request.Host.Host == "localhost" ||
            (IPAddress.TryParse(context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host))) &&
        !OfProxies.Any(context.Request.Headers.ContainsKey) && !IsOfAnotherSite(context.Request);

    /// <summary>
    /// Whether a browser says that a page of another site asks. A proxy that ends TLS changes the scheme and perhaps the host, so hosts are
    /// compared, and that of <c>Notify:PublicAddress</c> is ours too. A request that says nothing is no browser's.
    /// </summary>
    public bool IsOfAnotherSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is not ("same-origin" or "none");
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin)
            return false;
        return !Uri.TryCreate(origin, UriKind.Absolute, out var page) || (page.Authority != request.Host.Value &&
            !(Uri.TryCreate(configuration["Notify:PublicAddress"], UriKind.Absolute, out var address) &&
                page.Authority == address.Authority));
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

/// <summary>What an endpoint takes.</summary>
/// <param name="Role">The least role that may call it.</param>
internal sealed record RequiredRole(ApiRole Role);

/// <summary>Endpoints and what they take.</summary>
internal static class RequiredRoles
{
    /// <summary>Lets through who has the role, or a higher one.</summary>
    public static TBuilder Require<TBuilder>(this TBuilder endpoints, ApiAccess access, ApiRole role)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.WithMetadata(new RequiredRole(role));
        return endpoints.AddEndpointFilter<TBuilder>((context, next) => access.CheckAsync(context, next, role));
    }
}
