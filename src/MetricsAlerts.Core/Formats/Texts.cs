using System.Globalization;
using System.Text;

namespace MetricsAlerts.Formats;

/// <summary>Text that has to fit.</summary>
public static class Texts
{
    /// <summary>
    /// The text, or its beginning with an ellipsis when it is longer than <paramref name="limit"/> characters; a surrogate pair
    /// is kept whole or left out.
    /// </summary>
    public static string Cut(string text, int limit)
    {
        if (text.Length <= limit)
            return text;
        var end = limit - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "…");
    }

    /// <summary>
    /// The text cut to <paramref name="limit"/> characters, with a space for each run of control and format characters (line breaks,
    /// escapes, right-to-left marks): text of others that goes to a log, a report or a terminal.
    /// </summary>
    public static string Clean(string text, int limit)
    {
        var cut = Cut(text, limit);
        if (!cut.Any(IsUnsafe))
            return cut;
        var clean = new StringBuilder(cut.Length);
        foreach (var character in cut)
        {
            if (!IsUnsafe(character))
                clean.Append(character);
            else if (clean.Length > 0 && clean[^1] != ' ')
                clean.Append(' ');
        }

        return clean.ToString().TrimEnd();
    }

    private static bool IsUnsafe(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
