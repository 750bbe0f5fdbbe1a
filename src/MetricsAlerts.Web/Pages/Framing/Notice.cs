using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>
/// What was just done, in words, for the page that follows. It is in a cookie of a minute and not in the address: nobody can send a link
/// that makes a page say something.
/// </summary>
internal static class Notice
{
    private const string Name = "metricsalerts-done";
    private const int Longest = 500;

    /// <summary>Goes on to a page, which says it.</summary>
    public static IResult Redirect(HttpContext http, string address, string notice)
    {
        var text = Uri.EscapeDataString(notice.Length <= Longest ? notice : notice[..Longest]);
        http.Response.Cookies.Append(Name, text, Options(TimeSpan.FromMinutes(1)));
        return Results.Redirect(address);
    }

    /// <summary>What is to be said, once; empty for nothing.</summary>
    public static string Take(HttpContext http)
    {
        if (http.Request.Cookies[Name] is not { Length: > 0 } text)
            return "";
        http.Response.Cookies.Delete(Name, Options(lifetime: null));
        return Uri.UnescapeDataString(text);
    }

    private static CookieOptions Options(TimeSpan? lifetime) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", MaxAge = lifetime };
}
