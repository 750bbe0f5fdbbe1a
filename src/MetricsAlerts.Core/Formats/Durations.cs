using System.Globalization;
using System.Text;

namespace MetricsAlerts.Formats;

/// <summary>
/// Durations as people write them in rules, options and on the command line: <c>30s</c>, <c>10m</c>, <c>24h</c>, <c>7d</c>,
/// <c>1d12h</c>.
/// </summary>
public static class Durations
{
    /// <summary>What a duration looks like, for error messages.</summary>
    public const string Allowed = "a duration such as 30s, 10m, 24h or 7d, at most 3650d";

    /// <summary>The longest duration: whatever is added to or taken from a date of our times is still a date.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(3650);

    private static readonly (char Unit, TimeSpan Size)[] Units =
        [
            ('w', TimeSpan.FromDays(7)),
            ('d', TimeSpan.FromDays(1)),
            ('h', TimeSpan.FromHours(1)),
            ('m', TimeSpan.FromMinutes(1)),
            ('s', TimeSpan.FromSeconds(1))
        ];

    /// <summary>Reads a positive duration of whole numbers with units, at most <see cref="Max"/>.</summary>
    public static bool TryParse(string value, out TimeSpan duration)
    {
        ReadOnlySpan<char> text = value;
        duration = TimeSpan.Zero;
        text = text.Trim();
        while (text.Length > 0)
        {
            var digits = 0;
            while (digits < text.Length && char.IsAsciiDigit(text[digits]))
                digits++;
            if (digits is 0 or > 9 || digits == text.Length || !TrySize(text[digits], out var size))
                return false;
            var count = int.Parse(text[..digits], CultureInfo.InvariantCulture);
            if (count > (Max - duration) / size)
                return false;
            duration += size * count;
            text = text[(digits + 1)..];
        }

        return duration > TimeSpan.Zero;
    }

    /// <summary>Reads a positive duration.</summary>
    /// <exception cref="FormatException">The text is no duration.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException($"'{text}' is not {Allowed}.");

    /// <summary>
    /// The shortest text that <see cref="TryParse"/> reads back: <c>90m</c> is written <c>1h30m</c>, <c>24h</c> is written
    /// <c>1d</c>.
    /// </summary>
    public static string Format(TimeSpan duration)
    {
        var text = new StringBuilder();
        foreach (var (unit, size) in Units[1..])
        {
            var count = (long)(duration / size);
            if (count == 0)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            duration -= size * count;
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static bool TrySize(char unit, out TimeSpan size)
    {
        foreach (var candidate in Units)
        {
            if (candidate.Unit == unit)
            {
                size = candidate.Size;
                return true;
            }
        }

        size = default;
        return false;
    }
}
