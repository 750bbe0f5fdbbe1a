using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>
/// What every page asks before it is shown, and says to the browser: nobody without a right, no form of another site, nothing loaded
/// from elsewhere.
/// </summary>
internal sealed class PageAccess(ApiAccess access)
{
    /// <summary>A page may load what this host serves, and nothing runs that is written in it.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; " +
        "frame-ancestors 'none'; base-uri 'none'";

    /// <summary>Lets whoever may look see the page; whoever has not signed in is asked to.</summary>
    public async ValueTask<object?> LookAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        Protect(context.HttpContext);
        return access.RoleOf(context.HttpContext) >= ApiRole.Reader ? await next(context) : AskToSignIn(context.HttpContext.Request);
    }

    /// <summary>Lets whoever may change something see the page.</summary>
    public async ValueTask<object?> LookAsOperatorAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        Protect(context.HttpContext);
        return access.RoleOf(context.HttpContext) switch
        {
            ApiRole.Operator => await next(context),
            ApiRole.Reader => Refuse("It takes the role operator to see this; sign in with the setting Web:ApiKey at /sign-in."),
            _ => AskToSignIn(context.HttpContext.Request),
        };
    }

    /// <summary>Lets whoever may change something send a form.</summary>
    public async ValueTask<object?> ChangeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        Protect(context.HttpContext);
        if (access.IsOfAnotherSite(context.HttpContext.Request))
            return Refuse("The form was sent by another site.");
        return access.RoleOf(context.HttpContext) switch
        {
            ApiRole.Operator => await next(context),
            ApiRole.Reader => Refuse("It takes the role operator to change something; sign in with the setting Web:ApiKey."),
            _ => Results.Redirect(SignInAddress("/")),
        };
    }

    /// <summary>Lets anybody send the form, but no other site.</summary>
    public async ValueTask<object?> AnybodyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        Protect(context.HttpContext);
        return HttpMethods.IsPost(context.HttpContext.Request.Method) && access.IsOfAnotherSite(context.HttpContext.Request)
            ? Refuse("The form was sent by another site.")
            : await next(context);
    }

    /// <summary>Where somebody signs in who then goes on to an address of ours.</summary>
    public static string SignInAddress(string then) => $"/sign-in?then={Uri.EscapeDataString(then)}";

    private static IResult AskToSignIn(HttpRequest request) =>
        Results.Redirect(SignInAddress($"{request.Path}{request.QueryString}"));

    private static IResult Refuse(string problem) => Results.Text(problem, statusCode: StatusCodes.Status403Forbidden);

    private static void Protect(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }
}
