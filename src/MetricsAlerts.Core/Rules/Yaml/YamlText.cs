using System.Buffers;

namespace MetricsAlerts.Rules.Yaml;

/// <summary>Scalars and lists as YAML flow text.</summary>
internal static class YamlText
{
    private static readonly SearchValues<char> PlainCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._-/:*?@%+()");

    /// <summary>A single value as itself, several as <c>[a, b]</c>.</summary>
    public static string List(IReadOnlyList<string> values) =>
        values.Count == 1 ? Scalar(values[0]) : $"[{string.Join(", ", values.Select(Scalar))}]";

    /// <summary>Plain where YAML reads it back as the same text in flow context, else in double quotes.</summary>
    public static string Scalar(string text)
    {
        var plain = text.Length > 0 && (char.IsAsciiLetterOrDigit(text[0]) || text[0] == '/') && text[^1] is not (' ' or ':') &&
            text.AsSpan().IndexOfAnyExcept(PlainCharacters) < 0 &&
            !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal);
        return plain ? text : "\"" + text
            .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal) + "\"";
    }
}
