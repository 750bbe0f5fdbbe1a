using MetricsAlerts.Alerts;
using MetricsAlerts.Backtesting;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Cli.Backtesting;

/// <summary>A transition that would have been told, and where.</summary>
internal sealed record BacktestTransition(AlertTransition Transition, Deployment Deployment);

/// <summary>Plays windows in order of time through the evaluation and keeps what would have been told.</summary>
internal static class Backtest
{
    private static readonly TimeSpan RevisionReach = TimeSpan.FromDays(1);

    public static IReadOnlyList<BacktestTransition> Run(RuleSet rules, IReadOnlyList<SeriesWindow> windows)
    {
        var rehearsal = new InMemoryEvaluator(rules, RevisionReach);
        var told = new List<BacktestTransition>();
        var steps = windows
            .OrderBy(window => window.Window.End)
            .GroupBy(window => (window.Window.End, window.Deployment, window.Instance));
        foreach (var step in steps)
        {
            var series = step.GroupBy(window => window.Series).Select(group => new SeriesWindows(group.Key.Metric, group.Key.Bucket, [.. group.Select(window => window.Window).OrderBy(window => window.Start)]));
            told.AddRange(rehearsal.Take(new(step.Key.Deployment, step.Key.Instance, [.. series])).Select(transition => new BacktestTransition(transition, step.Key.Deployment)));
        }

        return told;
    }
}
