using System.Globalization;
using MetricsAlerts.Formats;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Cli.Backtesting;

/// <summary>A backtest for people: a chart per alert, then a summary.</summary>
internal static class BacktestReport
{
    private const int ChartWidth = 60;

    public static void Print(TextWriter output, IReadOnlyList<BacktestTransition> told, IReadOnlyList<SeriesWindow> windows)
    {
        var alerts = told.GroupBy(one => one.Transition.AlertId).ToList();
        var hours = 0.0;
        var end = windows.Count == 0 ? default : windows.Max(window => window.Window.End);
        var start = windows.Count == 0 ? default : windows.Min(window => window.Window.Start);
        foreach (var alert in alerts)
        {
            var first = alert.First().Transition;
            var last = alert.Last().Transition;
            var until = last.IsOpen ? end : last.WindowEnd;
            hours += (until - first.WindowEnd).TotalHours;
            PrintAlert(output, [.. alert], windows, until);
        }

        var firing = alerts.Count > 0 && hours == 0
            ? "fired in the last window"
            : string.Create(CultureInfo.InvariantCulture, $"{hours:0.#} hours firing");
        output.WriteLine($"{alerts.Count} alerts, {told.Count} transitions, {firing}, {Rate(alerts.Count, end - start)}.");
    }

    /// <summary>Less than a week says nothing about a week.</summary>
    private static string Rate(int alerts, TimeSpan span)
    {
        var weeks = span.TotalDays / 7;
        return weeks >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{alerts / weeks:0.##} alerts per week over {weeks:0.#} weeks")
            : span.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"over {span.TotalDays:0.#} days")
            : string.Create(CultureInfo.InvariantCulture, $"over {span.TotalHours:0.#} hours");
    }

    private static void PrintAlert(TextWriter output, IReadOnlyList<BacktestTransition> alert, IReadOnlyList<SeriesWindow> windows, DateTimeOffset until)
    {
        var first = alert[0].Transition;
        var series = windows
            .Where(window => window.Deployment == alert[0].Deployment && window.Instance == first.Instance && window.Series == new Metrics.SeriesName(first.Metric, first.Bucket))
            .OrderBy(window => window.Window.Start).ToList();
        var from = Math.Max(0, series.FindIndex(window => window.Window.Start >= first.Since) - 10);
        var shown = series.Skip(from).Take(ChartWidth).ToList();
        output.WriteLine($"{first.Rule} on {alert[0].Deployment.Label}/{first.Instance} {first.Metric}, {Timestamps.Format(first.Since)} to {(alert[^1].Transition.IsOpen ? "(open)" : Timestamps.Format(until))}");
        output.WriteLine($"  {Sparkline.Of([.. shown.Select(window => window.Window.Value)])}");
        output.WriteLine($"  {string.Concat(shown.Select(window => window.Window.End >= first.WindowEnd && window.Window.End <= until ? '━' : window.Window.Start >= first.Since && window.Window.End < first.WindowEnd ? '┄' : ' '))}  ┄ pending ━ firing");
        foreach (var (transition, _) in alert)
            output.WriteLine($"  {Timestamps.Format(transition.WindowEnd)} {transition.Transition,-11} {transition.Severity.ToString().ToLowerInvariant(),-8} {(transition.Value is { } value ? Numbers.Short(value) : "no value"),-8} {transition.Reason}");
        output.WriteLine();
    }
}
