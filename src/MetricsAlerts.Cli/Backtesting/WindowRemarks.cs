using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Cli.Backtesting;

/// <summary>
/// Windows that no rule looks at, or that the pipeline would never read like this: without a word about them, no alerts would look like
/// good news.
/// </summary>
internal static class WindowRemarks
{
    private static readonly TimeSpan[] Lengths =
        [PipelineDeployment.Bucket, TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(7)];

    /// <summary>One line for each kind of window with which something is odd.</summary>
    public static IEnumerable<string> Of(RuleSet rules, IReadOnlyList<SeriesWindow> windows)
    {
        foreach (var series in windows.GroupBy(window => window.Series))
        {
            var what = $"of {Durations.Format(series.Key.Bucket)} of {series.Key.Metric}";
            if (!Lengths.Contains(series.Key.Bucket))
            {
                yield return $"{Count([.. series])} {what} have a length that no rule can ask for (1h, 1d or 7d): no rule looks at them.";
                continue;
            }

            var crooked = series.Where(window => Timestamps.Floor(window.Window.Start, series.Key.Bucket) != window.Window.Start).ToList();
            if (crooked.Count > 0)
            {
                var first = Timestamps.Format(crooked[0].Window.Start);
                yield return $"{Count(crooked)} {what} do not start where DataRobot's do (such as {first}): they are judged all the same.";
            }

            foreach (var remark in Unmatched(rules, what, [.. series]))
                yield return remark;
        }
    }

    private static IEnumerable<string> Unmatched(RuleSet rules, string what, IReadOnlyList<SeriesWindow> windows)
    {
        var unmatched = windows
            .GroupBy(window => (window.Deployment, window.Instance))
            .Where(group => !IsMatched(rules, group.First()))
            .SelectMany(group => group).ToList();
        if (unmatched.Count == 0)
            yield break;
        var (metric, bucket) = (unmatched[0].Series.Metric, unmatched[0].Series.Bucket);
        var onMetric = rules.Enabled.Select(rule => rule.Rule).Where(rule => rule.Metric.Matches(metric)).ToList();
        var why = onMetric.Count == 0 ? $"no rule is on {metric}"
            : onMetric.TrueForAll(rule => rule.Bucket != bucket)
            ? string.Join(", ", onMetric.Select(rule => $"{rule.Name} asks for {Durations.Format(rule.Bucket)}"))
            : $"no rule selects {string.Join(", ", unmatched.Select(Place).Distinct().Take(5))}";
        yield return $"{Count(unmatched)} {what} match no rule: {why}.";
    }

    /// <summary>A rule is on the series, or looks at it besides its own.</summary>
    private static bool IsMatched(RuleSet rules, SeriesWindow window)
    {
        var matching = new List<CompiledRule>();
        rules.Match(window.Deployment, window.Instance, window.Series, matching);
        return matching.Count > 0 || rules.Enabled.Any(
            rule => rule.Rule.Bucket == window.Series.Bucket && rule.Rule.When.OtherMetrics.Contains(window.Series.Metric));
    }

    private static string Place(SeriesWindow window) => $"{window.Deployment.Label}/{window.Instance}";

    private static string Count(IReadOnlyCollection<SeriesWindow> windows) => windows.Count == 1 ? "1 window" : $"{windows.Count} windows";
}
