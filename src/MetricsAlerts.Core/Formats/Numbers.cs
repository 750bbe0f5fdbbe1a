using System.Globalization;

namespace MetricsAlerts.Formats;

/// <summary>Numbers as text, the same in every culture.</summary>
public static class Numbers
{
    /// <summary>The shortest text that reads back as the same number, for rules and JSON.</summary>
    public static string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>From here on a number is written with an exponent: nobody counts that many digits.</summary>
    private const double Large = 1e15;

    /// <summary>Four significant digits, for people: <c>0.7312</c>, <c>48</c>, <c>1240</c>, <c>1.5E+20</c>.</summary>
    public static string Short(double value) =>
        value.ToString(Math.Abs(value) is >= 1000 and < Large ? "0" : "G4", CultureInfo.InvariantCulture);

    /// <summary>Two numbers for people, with as many digits as it takes to tell them apart: <c>0.849999</c> and <c>0.85</c>.</summary>
    public static (string One, string Other) Apart(double one, double other)
    {
        var (first, second) = (Short(one), Short(other));
        for (var digits = 5; first == second && one != other && digits <= 17; digits++)
            (first, second) = (Digits(one, digits), Digits(other, digits));
        return (first, second);
    }

    private static string Digits(double value, int digits) => value.ToString($"G{digits}", CultureInfo.InvariantCulture);

    /// <summary>Reads a finite number.</summary>
    public static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
