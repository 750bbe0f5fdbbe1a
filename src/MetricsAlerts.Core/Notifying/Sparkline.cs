namespace MetricsAlerts.Notifying;

/// <summary>Values as a line of block characters.</summary>
public static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const char Missing = '·';

    /// <summary>One character per value, the smallest lowest and the largest highest; <c>·</c> where there is none.</summary>
    public static string Of(IReadOnlyList<double?> values)
    {
        var known = values.Where(value => value.HasValue).Select(value => value!.Value).ToList();
        if (known.Count == 0)
            return new(Missing, values.Count);
        var (low, high) = (known.Min(), known.Max());
        return string.Concat(values.Select(value => value is { } number ? Block(number, low, high) : Missing));
    }

    private static char Block(double value, double low, double high) =>
        high <= low ? Blocks[Blocks.Length / 2] : Blocks[(int)Math.Min(Blocks.Length - 1, (value - low) / (high - low) * Blocks.Length)];
}
