using System.Xml;

namespace MetricsAlerts.Simulator.Contract;

/// <summary>The length of a bucket: a number of hours, or of months.</summary>
/// <param name="Hours">Hours; 0 when it counts in months.</param>
/// <param name="Months">Calendar months; 0 when it counts in hours.</param>
internal readonly record struct BucketSize(int Hours, int Months)
{
    private const int MaxHours = 24 * 3660;

    /// <summary>Reads an ISO 8601 duration that is a positive multiple of an hour, or whole months.</summary>
    public static bool TryParse(string text, out BucketSize size)
    {
        size = default;
        if (text.Length < 3 || text[0] != 'P')
            return false;
        if (text[^1] == 'M' && int.TryParse(text.AsSpan(1, text.Length - 2), out var months) && months is > 0 and <= 120)
        {
            size = new(0, months);
            return true;
        }

        try
        {
            var duration = XmlConvert.ToTimeSpan(text);
            if (duration <= TimeSpan.Zero || duration.Ticks % TimeSpan.TicksPerHour != 0 || duration.TotalHours > MaxHours)
                return false;
            size = new((int)duration.TotalHours, 0);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>The end of the bucket that starts at a time.</summary>
    public DateTimeOffset After(DateTimeOffset start) => Months > 0 ? start.AddMonths(Months) : start.AddHours(Hours);
}
