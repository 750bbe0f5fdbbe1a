using System.Globalization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Cli.Backtesting;

/// <summary>A backtest for people: a chart per alert, then a summary.</summary>
internal static class BacktestReport
{
    private const int ChartWidth = 60;

    public static void Print(TextWriter output, IReadOnlyList<AlertChange> changes, IReadOnlyList<SeriesWindow> windows)
    {
        var alerts = changes.GroupBy(one => (one.Alert.Key.Id, one.Alert.Since)).ToList();
        var hours = 0.0;
        var end = windows.Count == 0 ? default : windows.Max(window => window.Window.End);
        var start = windows.Count == 0 ? default : windows.Min(window => window.Window.Start);
        foreach (var alert in alerts)
        {
            var first = alert.First().Alert;
            var last = alert.Last().Alert;
            var until = last.IsOpen ? end : last.Evidence.WindowEnd;
            hours += (until - first.Evidence.WindowEnd).TotalHours;
            PrintAlert(output, [.. alert], windows, until);
        }

        var firing = alerts.Count > 0 && hours == 0
            ? "fired in the last window"
            : string.Create(CultureInfo.InvariantCulture, $"{hours:0.#} hours firing");
        output.WriteLine($"{alerts.Count} alerts, {changes.Count} changes, {firing}, {Rate(alerts.Count, end - start)}.");
    }

    /// <summary>Less than a week says nothing about a week.</summary>
    private static string Rate(int alerts, TimeSpan span)
    {
        var weeks = span.TotalDays / 7;
        return weeks >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{alerts / weeks:0.##} alerts per week over {weeks:0.#} weeks")
            : span.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"over {span.TotalDays:0.#} days")
            : string.Create(CultureInfo.InvariantCulture, $"over {span.TotalHours:0.#} hours");
    }

    private static void PrintAlert(
        TextWriter output, IReadOnlyList<AlertChange> alert, IReadOnlyList<SeriesWindow> windows, DateTimeOffset until)
    {
        var first = alert[0].Alert;
        var series = windows
            .Where(window => window.Deployment == first.Deployment && window.Instance == first.Key.Instance)
            .Where(window => window.Series == new SeriesName(first.Key.Metric, first.Key.Bucket))
            .OrderBy(window => window.Window.Start).ToList();
        var from = Math.Max(0, series.FindIndex(window => window.Window.Start >= first.Since) - 10);
        var shown = series.Skip(from).Take(ChartWidth).ToList();
        output.WriteLine($"{first.Key.Rule} on {first.Deployment.Label}/{first.Key.Instance} {first.Key.Metric}, " +
            $"{Timestamps.Format(first.Since)} to {(alert[^1].Alert.IsOpen ? "(open)" : Timestamps.Format(until))}");
        output.WriteLine($"  {Sparkline.Of([.. shown.Select(window => window.Window.Value)])}");
        var marks = shown.Select(window => MarkOf(window.Window, first, until));
        output.WriteLine($"  {string.Concat(marks)}  ┄ pending ━ firing");
        foreach (var change in alert)
        {
            var (state, evidence) = (change.Alert, change.Alert.Evidence);
            var value = evidence.Value is { } number ? Numbers.Short(number) : "no value";
            output.WriteLine(
                $"  {Timestamps.Format(evidence.WindowEnd)} {change.Change,-11} {state.Severity.ToString().ToLowerInvariant(),-8} " +
                $"{value,-8} {change.Reason}");
        }

        output.WriteLine();
    }

    private static char MarkOf(MetricWindow window, Alert alert, DateTimeOffset until)
    {
        if (window.End >= alert.Evidence.WindowEnd && window.End <= until)
            return '━';
        return window.Start >= alert.Since && window.End < alert.Evidence.WindowEnd ? '┄' : ' ';
    }
}
