using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>The style sheet, the script and the icon: in the assembly, so that no head has to carry files along.</summary>
internal static class StaticAssets
{
    private static readonly FrozenDictionary<string, Asset> All = new[]
    {
        Read("app.css", "text/css; charset=utf-8"),
        Read("app.js", "text/javascript; charset=utf-8"),
        Read("icon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    /// <summary>Where an asset is; the address changes with its content, so that browsers may keep it.</summary>
    public static string Address(string name) => $"/assets/{name}?v={All[name].Version}";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/assets/{name}", (string name, HttpContext http) =>
    {
        if (!All.TryGetValue(name, out var asset))
            return Results.NotFound();
        var isNewest = http.Request.Query["v"] == asset.Version;
        http.Response.Headers.CacheControl = isNewest ? "public, max-age=31536000, immutable" : "no-cache";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(asset.Content, asset.Type);
    });

    private static Asset Read(string name, string type)
    {
        using var stream = typeof(StaticAssets).Assembly.GetManifestResourceStream($"Assets.{name}")
            ?? throw new InvalidOperationException($"The resource Assets.{name} is missing.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        var bytes = content.ToArray();
        return new(name, type, Convert.ToHexStringLower(SHA256.HashData(bytes))[..12], bytes);
    }

    private sealed record Asset(string Name, string Type, string Version, byte[] Content);
}
