using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Backtesting;

/// <summary>How a test went.</summary>
/// <param name="Test">The test.</param>
/// <param name="Problems">What differs, with the reasons of the windows around it; empty when it passed.</param>
public sealed record RuleTestResult(RuleTest Test, IReadOnlyList<string> Problems)
{
    /// <summary>Whether nothing differs.</summary>
    public bool Passed => Problems.Count == 0;
}

/// <summary>Runs rule tests: window by window, all series together, then the revisions that follow that window.</summary>
public static class RuleTestRunner
{
    /// <summary>Windows before and after a problem of which the reasons are shown.</summary>
    private const int Around = 2;

    private static readonly TimeSpan RevisionReach = TimeSpan.FromDays(35);

    /// <summary>Runs one test.</summary>
    public static RuleTestResult Run(RuleFile rules, RuleTest test)
    {
        var rehearsal = new InMemoryEvaluator(new RuleSet(rules.Rules, [], []), RevisionReach) { KeepFindings = true };
        var told = new List<(TestSeries Series, AlertTransition Transition)>();
        var problems = new List<string>();
        var last = test.Series.Max(series => series.Values.Count);
        for (var number = 1; number <= last; number++)
        {
            foreach (var instance in test.Series.GroupBy(series => (series.Deployment.Id, series.Instance)))
                Take(instance.Where(series => number <= series.Values.Count && series.Values[number - 1].IsWindow).Select(series => (series, series.Window(number, series.Values[number - 1].Value))));
            foreach (var series in test.Series)
            {
                foreach (var revision in series.Revisions.Where(revision => revision.After == number))
                    Take([(series, series.Window(revision.Window, revision.Value))]);
            }

            problems.AddRange(test.States.Where(state => state.Window == number).Select(Differs).OfType<string>());
        }

        problems.AddRange(Compare(test, told, rehearsal));
        return new(test, problems);

        void Take(IEnumerable<(TestSeries Series, MetricWindow Window)> arriving)
        {
            var windows = arriving.ToList();
            if (windows.Count == 0)
                return;
            var batch = new MetricBatch(windows[0].Series.Deployment, windows[0].Series.Instance, [.. windows.Select(one => new SeriesWindows(one.Series.Name.Metric, one.Series.Name.Bucket, [one.Window]))]);
            foreach (var transition in rehearsal.Take(batch))
                told.Add((test.Series.First(series => series.Deployment.Id == transition.DeploymentId && series.Instance == transition.Instance && series.Name.Metric == transition.Metric), transition));
        }

        string? Differs(ExpectedState expected)
        {
            var series = test.Series.FirstOrDefault(series => expected.Series is null || series.Alias == expected.Series, test.Series[0]);
            var state = rehearsal.StateOf(expected.Rule, series.Deployment.Id, series.Instance, series.Name);
            return state == expected.State ? null : $"window {expected.Window}: expected {expected.Rule} to be {expected.State}, got {state}{Reasons(rehearsal, series, expected.Rule, expected.Window)}";
        }
    }

    private static IEnumerable<string> Compare(RuleTest test, List<(TestSeries Series, AlertTransition Transition)> told, InMemoryEvaluator rehearsal)
    {
        var left = told.ToList();
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var expected in test.Expect)
        {
            var index = left.FindIndex(one => Matches(expected, one.Series, one.Transition));
            if (index >= 0)
            {
                left.RemoveAt(index);
                continue;
            }

            var near = told.Where(one => one.Transition.Rule == expected.Rule).Select(one => Describe(one.Series, one.Transition)).DefaultIfEmpty("nothing").ToList();
            var series = test.Series.FirstOrDefault(series => expected.Series is null || series.Alias == expected.Series, test.Series[0]);
            shown.Add(expected.Rule);
            var reasons = Reasons(rehearsal, series, expected.Rule, expected.Window);
            yield return $"expected {expected}{CountedFrom(expected, told)}\n  got      {string.Join("\n           ", near)}{reasons}";
        }

        foreach (var (series, transition) in test.ExpectOnly ? left.Where(one => !shown.Contains(one.Transition.Rule)) : [])
            yield return $"not expected: {Describe(series, transition)}{Reasons(rehearsal, series, transition.Rule, series.NumberOf(transition.WindowStart))}";
    }

    /// <summary>The window before or after is the usual slip.</summary>
    private static string CountedFrom(ExpectedTransition expected, List<(TestSeries Series, AlertTransition Transition)> told) =>
        told.Exists(one => one.Transition.Rule == expected.Rule && one.Transition.Transition == expected.Transition)
            ? " (windows are counted from 1)"
            : "";

    private static bool Matches(ExpectedTransition expected, TestSeries series, AlertTransition transition) =>
        transition.Rule == expected.Rule && transition.Transition == expected.Transition && series.NumberOf(transition.WindowStart) == expected.Window &&
        (expected.Severity is null || transition.Severity == expected.Severity) && (expected.Reason is null || transition.Reason == expected.Reason) &&
        (expected.Series is null || series.Alias == expected.Series);

    private static string Describe(TestSeries series, AlertTransition transition) =>
        $"window {series.NumberOf(transition.WindowStart)}: {transition.Rule} {transition.Transition} {transition.Severity.ToString().ToLowerInvariant()} ({transition.Reason}) on {series.Alias}";

    private static string Reasons(InMemoryEvaluator rehearsal, TestSeries series, string rule, int window)
    {
        var lines = rehearsal.Findings
            .Where(finding => finding.Rule == rule && finding.DeploymentId == series.Deployment.Id && finding.Instance == series.Instance && finding.Metric == series.Name.Metric)
            .GroupBy(finding => series.NumberOf(finding.Window.Start))
            .Where(group => Math.Abs(group.Key - window) <= Around)
            .OrderBy(group => group.Key)
            .Select(group => $"\n    window {group.Key}: {group.Last().Window.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "_"} {group.Last().Reason}");
        return string.Concat(lines);
    }
}
