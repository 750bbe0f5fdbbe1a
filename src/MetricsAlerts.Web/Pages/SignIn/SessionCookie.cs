using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MetricsAlerts.Formats;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace MetricsAlerts.Web.Pages.SignIn;

/// <summary>
/// Who has signed in with a key, as a cookie that says the role and until when, signed with that key: it needs no memory, holds in every
/// process, and ends when the key is changed.
/// </summary>
internal sealed class SessionCookie(IConfiguration configuration, TimeProvider time)
{
    /// <summary>The cookie's name.</summary>
    public const string Name = "metricsalerts-session";

    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private static readonly (ApiRole Role, string Setting)[] Keys =
        [(ApiRole.Operator, "Web:ApiKey"), (ApiRole.Reader, "Web:ReadKey")];

    /// <summary>Whether anybody can sign in: a key is set.</summary>
    public bool CanSignIn => Keys.Any(key => KeyOf(key.Role) is not null);

    /// <summary>Whether the platform signs people in, and says their roles.</summary>
    public bool HasEntra => configuration.GetValue<bool>("Web:EntraRoles") && configuration.GetValue<bool>("WEBSITE_AUTH_ENABLED");

    /// <summary>What a key allows; none for a wrong one.</summary>
    public ApiRole RoleOfKey(string key) => Keys
        .Where(one => KeyOf(one.Role) is { } known && CryptographicOperations.FixedTimeEquals(Hash(known), Hash(key)))
        .Select(one => one.Role).DefaultIfEmpty(ApiRole.None).Max();

    /// <summary>What whoever sends the request's cookie may do; none without one, or with one that is forged or has ended.</summary>
    public ApiRole RoleOf(HttpRequest request)
    {
        if (request.Cookies[Name]?.Split('.') is not [var name, var until, var signature] ||
            !Enum.TryParse<ApiRole>(name, out var role) || KeyOf(role) is not { } key ||
            !long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return ApiRole.None;
        }

        var isOurs = CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Sign(key, role, seconds)), Encoding.ASCII.GetBytes(signature));
        return isOurs && time.GetUtcNow().ToUnixTimeSeconds() < seconds ? role : ApiRole.None;
    }

    /// <summary>Begins a session.</summary>
    public void Begin(HttpContext http, ApiRole role)
    {
        var until = time.GetUtcNow() + Lifetime;
        var seconds = until.ToUnixTimeSeconds();
        var value = string.Create(CultureInfo.InvariantCulture, $"{role}.{seconds}.{Sign(KeyOf(role)!, role, seconds)}");
        http.Response.Cookies.Append(Name, value, Options(http, Lifetime));
    }

    /// <summary>Ends the browser's session.</summary>
    public static void End(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, lifetime: null));

    private string? KeyOf(ApiRole role) =>
        Keys.Where(key => key.Role == role).Select(key => configuration[key.Setting]).SingleOrDefault() is { Length: > 0 } value &&
        !UnresolvedReference.Is(value) ? value : null;

    /// <summary>No script reads it, no other site sends it, and where the page came over TLS it goes over nothing else.</summary>
    private static CookieOptions Options(HttpContext http, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps || http.Request.Headers["X-Forwarded-Proto"] == "https",
        Path = "/",
        MaxAge = lifetime,
    };

    private static string Sign(string key, ApiRole role, long until) => Base64Url.EncodeToString(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(key),
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"metricsalerts-session/1\n{role}\n{until}"))));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
