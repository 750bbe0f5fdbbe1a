namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>An address of this host that a request names, to go on to.</summary>
internal static class LocalAddress
{
    /// <summary>The address, or another one where it leads elsewhere: a backslash reads as a slash in browsers.</summary>
    public static string Of(string? address, string otherwise = "/") =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.Any(char.IsControl) ? address : otherwise;
}
