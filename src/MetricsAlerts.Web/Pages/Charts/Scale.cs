namespace MetricsAlerts.Web.Pages.Charts;

/// <summary>Where a value is drawn: the largest at the top.</summary>
/// <param name="Low">The value at the bottom.</param>
/// <param name="High">The value at the top.</param>
/// <param name="Top">The top.</param>
/// <param name="Bottom">The bottom.</param>
internal readonly record struct Scale(double Low, double High, double Top, double Bottom)
{
    /// <summary>A scale that holds all of these values, with some room where they are all the same.</summary>
    public static Scale Of(IEnumerable<double> values, double top, double bottom)
    {
        var known = values.Where(double.IsFinite).ToList();
        if (known.Count == 0)
            return new(0, 1, top, bottom);
        var (low, high) = (known.Min(), known.Max());
        if (high - low > Math.Abs(high) * 1e-9)
            return new(low, high, top, bottom);
        var room = Math.Abs(high) > 0 ? Math.Abs(high) * 0.05 : 1;
        return new(low - room, high + room, top, bottom);
    }

    /// <summary>The height of a value.</summary>
    public double Y(double value) => Bottom - ((value - Low) / (High - Low) * (Bottom - Top));

    /// <summary>Round values between bottom and top, about so many.</summary>
    public IEnumerable<double> Ticks(int about)
    {
        var raw = (High - Low) / about;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = magnitude * ((raw / magnitude) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        if (step <= 0 || !double.IsFinite(step))
            yield break;
        for (var tick = Math.Ceiling(Low / step) * step; tick <= High + (step * 1e-6); tick += step)
            yield return Math.Round(tick, 12);
    }
}
