using System.Globalization;

namespace MetricsAlerts.Formats;

/// <summary>Numbers as text, the same in every culture.</summary>
public static class Numbers
{
    /// <summary>The shortest text that reads back as the same number, for rules and JSON.</summary>
    public static string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Four significant digits, for people: <c>0.7312</c>, <c>48</c>, <c>1240</c>.</summary>
    public static string Short(double value) =>
        Math.Abs(value) >= 1000 ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Reads a finite number.</summary>
    public static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
