namespace MetricsAlerts.Rules.Yaml;

/// <summary>Names of rules and channels.</summary>
internal static class Names
{
    public const string Allowed = "1 to 100 letters, digits, '-', '_' and '.'";

    public static bool TryParse(string text, out string name)
    {
        name = text;
        return text.Length is > 0 and <= 100 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
    }
}
