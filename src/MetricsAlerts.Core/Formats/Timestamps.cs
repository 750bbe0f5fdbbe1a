using System.Globalization;

namespace MetricsAlerts.Formats;

/// <summary>Points in time as RFC 3339 text in UTC: <c>2026-01-05T00:00:00Z</c>.</summary>
public static class Timestamps
{
    /// <summary>Whole seconds are written without a fraction.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString(
            time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
            CultureInfo.InvariantCulture);

    /// <summary>Reads a time; one without zone is taken as UTC.</summary>
    public static bool TryParse(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    /// <summary>
    /// The last multiple of <paramref name="bucket"/> since the Unix epoch that is not after <paramref name="time"/>; weeks
    /// start on Mondays.
    /// </summary>
    public static DateTimeOffset Floor(DateTimeOffset time, TimeSpan bucket)
    {
        // The epoch is a Thursday; counting from a Monday makes 7-day buckets start on Mondays and changes nothing for shorter ones.
        var monday = DateTimeOffset.UnixEpoch.AddDays(-3);
        return monday.AddTicks((time - monday).Ticks / bucket.Ticks * bucket.Ticks);
    }
}
