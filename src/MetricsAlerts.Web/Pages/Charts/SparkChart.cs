using MetricsAlerts.Formats;
using Microsoft.AspNetCore.Components;

namespace MetricsAlerts.Web.Pages.Charts;

/// <summary>The last values as a small line, with the threshold in it.</summary>
internal static class SparkChart
{
    private const int Margin = 3;

    /// <summary>Draws it.</summary>
    /// <param name="values">The values, oldest first.</param>
    /// <param name="threshold">What they are compared with; null for nothing.</param>
    /// <param name="state">The class of the threshold and of the last point, such as <c>crit</c>.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    public static MarkupString Draw(
        IReadOnlyList<double?> values, double? threshold, string state, int width = 150, int height = 26)
    {
        var known = values.OfType<double>().Where(double.IsFinite).ToList();
        var scale = Scale.Of(threshold is { } limit ? known.Append(limit) : known, Margin, height - Margin);
        var svg = new SvgWriter("spark", width, height, TitleOf(values.Count, known, threshold));
        if (threshold is { } level)
            svg.Line($"s-{state}", 0, scale.Y(level), width, scale.Y(level));
        var step = values.Count > 1 ? (width - (2.0 * Margin)) / (values.Count - 1) : 0;
        var points = values.Select(
            (value, index) => value is { } number && double.IsFinite(number)
                ? (Margin + (index * step), scale.Y(number))
                : ((double X, double Y)?)null).ToList();
        svg.Path("s-spark", points);
        if (points.LastOrDefault(point => point is not null) is { } last)
            svg.Dot($"p-{state}", last.X, last.Y, 2.4);
        return svg.End();
    }

    private static string TitleOf(int windows, IReadOnlyList<double> known, double? threshold) => known.Count == 0
        ? $"No values in the last {windows} windows"
        : $"Last {windows} windows: from {Numbers.Short(known[0])} to {Numbers.Short(known[^1])}" +
            (threshold is { } limit ? $", threshold {Numbers.Short(limit)}" : "");
}
