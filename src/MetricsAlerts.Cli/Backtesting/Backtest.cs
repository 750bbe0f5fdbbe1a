using MetricsAlerts.Alerts;
using MetricsAlerts.Backtesting;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Cli.Backtesting;

/// <summary>Plays windows in order of time through the evaluation and keeps what would have been told.</summary>
internal static class Backtest
{
    private static readonly TimeSpan RevisionReach = TimeSpan.FromDays(7);

    public static IReadOnlyList<AlertChange> Run(RuleSet rules, IReadOnlyList<SeriesWindow> windows)
    {
        var evaluator = new InMemoryEvaluator(rules, RevisionReach);
        var changes = new List<AlertChange>();
        var steps = windows
            .OrderBy(window => window.Window.End)
            .GroupBy(window => (window.Window.End, window.Deployment, window.Instance));
        foreach (var step in steps)
        {
            var series = step.GroupBy(window => window.Series).Select(
                group =>
                    new SeriesWindows(
                        group.Key.Metric, group.Key.Bucket, [.. group.Select(window => window.Window).OrderBy(window => window.Start)]));
            changes.AddRange(evaluator.Take(step.Key.Deployment, step.Key.Instance, [.. series]));
        }

        return changes;
    }
}
