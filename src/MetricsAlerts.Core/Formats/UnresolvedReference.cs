namespace MetricsAlerts.Formats;

/// <summary>
/// What Azure leaves in a setting that refers to a secret which is not in the vault: text that anybody could guess, so never a key.
/// </summary>
public static class UnresolvedReference
{
    private const string Prefix = "@Microsoft.KeyVault(";

    /// <summary>Whether a setting is one.</summary>
    public static bool Is(string setting) => setting.StartsWith(Prefix, StringComparison.Ordinal);
}
