using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>What somebody calls himself or herself, so that it need not be typed again. Nothing is allowed because of it.</summary>
internal static class Who
{
    private const string Name = "metricsalerts-who";
    private const int Longest = 200;

    /// <summary>The name that was given last, or that the platform's sign-in gives; empty when there is none.</summary>
    public static string Of(HttpContext http)
    {
        var known = http.Request.Cookies[Name] is { Length: > 0 } cookie ? Uri.UnescapeDataString(cookie)
            : http.Request.Headers["X-MS-CLIENT-PRINCIPAL-NAME"].ToString();
        return known.Length <= Longest && !known.Any(char.IsControl) ? known : "";
    }

    public static void Remember(HttpContext http, string who) => http.Response.Cookies.Append(
        Name, Uri.EscapeDataString(who),
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", MaxAge = TimeSpan.FromDays(365) });
}
