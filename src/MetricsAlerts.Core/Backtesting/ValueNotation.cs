using System.Globalization;

namespace MetricsAlerts.Backtesting;

/// <summary>What a window of a rule test holds.</summary>
/// <param name="IsWindow">False for no window at all.</param>
/// <param name="Value">The value; null for a window without one.</param>
public readonly record struct NotedValue(bool IsWindow, double? Value);

/// <summary>Values as rule tests write them: a number, <c>_</c> a window without value, <c>-</c> no window, <c>VxN</c> repeats.</summary>
public static class ValueNotation
{
    /// <summary>What a value looks like, for error messages.</summary>
    public const string Allowed = "numbers, '_' (no value) and '-' (no window), separated by spaces, each repeated by 'xN'";

    /// <summary>Reads a line of values.</summary>
    public static bool TryParse(string text, out IReadOnlyList<NotedValue> values)
    {
        var read = new List<NotedValue>();
        values = read;
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var (item, count) = (word, 1);
            if (word.LastIndexOf('x') is > 0 and var times)
            {
                if (!int.TryParse(word.AsSpan(times + 1), NumberStyles.None, CultureInfo.InvariantCulture, out count) ||
                    count is < 1 or > 100_000)
                    return false;
                item = word[..times];
            }

            NotedValue value;
            if (item == "_")
                value = new(true, null);
            else if (item == "-")
                value = default;
            else if (Formats.Numbers.TryParse(item, out var number))
                value = new(true, number);
            else
                return false;
            for (var i = 0; i < count; i++)
                read.Add(value);
        }

        return read.Count > 0;
    }
}
