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
}
