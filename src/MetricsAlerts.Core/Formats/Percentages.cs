using System.Globalization;

namespace MetricsAlerts.Formats;

/// <summary>Shares of a whole as people write them: <c>95%</c>, or a fraction from 0 to 1.</summary>
public static class Percentages
{
    /// <summary>Reads a percentage such as <c>12.5%</c> as the fraction 0.125.</summary>
    public static bool TryParse(string text, out double fraction)
    {
        fraction = 0;
        text = text.Trim();
        if (!text.EndsWith('%') ||
            !double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) ||
            !double.IsFinite(percent))
            return false;
        fraction = percent / 100;
        return true;
    }

    /// <summary>The fraction 0.125 as <c>12.5%</c>.</summary>
    public static string Format(double fraction) => Numbers.Format(Math.Round(fraction * 100, 10)) + "%";
}
