using System.Globalization;
using System.Text.RegularExpressions;

namespace MetricsAlerts.Simulator.Contract;

/// <summary>Times as RFC 3339 has them: with seconds and a zone.</summary>
internal static partial class Rfc3339
{
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        return Form().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})\z")]
    private static partial Regex Form();
}
