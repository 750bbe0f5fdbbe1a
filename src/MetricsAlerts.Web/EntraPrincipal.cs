using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Web;

/// <summary>
/// Who has signed in, as App Service authentication says in a header of each request. It takes such headers away that a caller sends
/// itself; where it is not switched on, nothing in them may be believed.
/// </summary>
internal static class EntraPrincipal
{
    public const string Header = "X-MS-CLIENT-PRINCIPAL";

    /// <summary>The claims in which Entra names the app's roles.</summary>
    private static readonly string[] RoleClaims = ["roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"];

    /// <summary>The highest of the app's roles that the caller has; none where nobody signed in or the header cannot be read.</summary>
    public static ApiRole RoleOf(HttpRequest request)
    {
        try
        {
            using var principal = JsonDocument.Parse(Convert.FromBase64String(request.Headers[Header].ToString()));
            return principal.RootElement.GetProperty("claims").EnumerateArray()
                .Where(claim => RoleClaims.Contains(claim.GetProperty("typ").GetString()))
                .Select(claim => claim.GetProperty("val").GetString() switch
                {
                    "operator" => ApiRole.Operator,
                    "reader" => ApiRole.Reader,
                    _ => ApiRole.None,
                })
                .DefaultIfEmpty(ApiRole.None).Max();
        }
        catch (Exception exception) when (
            exception is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return ApiRole.None;
        }
    }
}
