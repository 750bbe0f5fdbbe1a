using MetricsAlerts.Web.Pages.Framing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web.Pages.SignIn;

/// <summary>Signing in with a key, and out.</summary>
internal sealed class SignInEndpoints(PageRenderer pages, SessionCookie sessions, SignInLimit limit)
{
    public const string Path = "/sign-in";

    public void Map(IEndpointRouteBuilder routes, PageAccess access)
    {
        routes.MapGet(Path, (HttpContext http, string? then) => AskAsync(http, LocalAddress.Of(then), ""))
            .AddEndpointFilter(access.AnybodyAsync);
        routes.MapPost(Path, SignInAsync).AddEndpointFilter(access.AnybodyAsync);
        routes.MapPost("/sign-out", SignOut).AddEndpointFilter(access.AnybodyAsync);
    }

    private async Task<IResult> SignInAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var then = LocalAddress.Of(form["then"]);
        if (!limit.IsOpen)
            return await AskAsync(http, then, "Too many wrong keys were tried; wait a minute.", StatusCodes.Status429TooManyRequests);
        var role = sessions.RoleOfKey(form["key"].ToString());
        if (role == ApiRole.None)
        {
            limit.Note();
            return await AskAsync(
                http, then, "That is neither the setting Web:ApiKey nor Web:ReadKey.", StatusCodes.Status401Unauthorized);
        }

        sessions.Begin(http, role);
        return Results.Redirect(then);
    }

    private static IResult SignOut(HttpContext http)
    {
        SessionCookie.End(http);
        return Results.Redirect(Path);
    }

    private Task<IResult> AskAsync(HttpContext http, string then, string problem, int status = StatusCodes.Status200OK) =>
        pages.PageAsync<SignInPage, SignInModel>(
            http, "Sign in", section: "", new(then, problem, sessions.CanSignIn, sessions.HasEntra), status);
}

/// <summary>What the page asks.</summary>
/// <param name="Then">Where to go on to.</param>
/// <param name="Problem">What was wrong; empty for nothing.</param>
/// <param name="CanSignIn">Whether any key would do.</param>
/// <param name="HasEntra">Whether the platform can sign people in.</param>
public sealed record SignInModel(string Then, string Problem, bool CanSignIn, bool HasEntra);
