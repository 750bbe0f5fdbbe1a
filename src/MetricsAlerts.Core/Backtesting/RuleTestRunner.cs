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
        var evaluator = new InMemoryEvaluator(new RuleSet(rules.Rules, [], []), RevisionReach) { KeepFindings = true };
        var changes = new List<(TestSeries Series, AlertChange Change)>();
        var problems = new List<string>();
        var last = test.Series.Max(series => series.Values.Count);
        for (var number = 1; number <= last; number++)
        {
            foreach (var instance in test.Series.GroupBy(series => (series.Deployment.Id, series.Instance)))
                Take(
                    instance.Where(series => number <= series.Values.Count && series.Values[number - 1].IsWindow).Select(
                        series => (series, series.Window(number, series.Values[number - 1].Value))));
            foreach (var series in test.Series)
            {
                foreach (var revision in series.Revisions.Where(revision => revision.After == number))
                    Take([(series, series.Window(revision.Window, revision.Value))]);
            }

            problems.AddRange(test.States.Where(state => state.Window == number).Select(Differs).OfType<string>());
        }

        problems.AddRange(Compare(rules, test, changes, evaluator));
        return new(test, problems);

        void Take(IEnumerable<(TestSeries Series, MetricWindow Window)> arriving)
        {
            var windows = arriving.ToList();
            if (windows.Count == 0)
                return;
            SeriesWindows[] batch =
            [
                .. windows.Select(one => new SeriesWindows(one.Series.Name.Metric, one.Series.Name.Bucket, [one.Window]))
            ];
            foreach (var change in evaluator.Take(windows[0].Series.Deployment, windows[0].Series.Instance, batch))
                changes.Add((test.Series.First(series => IsOf(series, change.Alert.Key)), change));
        }

        string? Differs(ExpectedState expected)
        {
            var series = test.Series.FirstOrDefault(series => expected.Series is null || series.Alias == expected.Series, test.Series[0]);
            var state = evaluator.StateOf(expected.Rule, series.Deployment.Id, series.Instance, series.Name);
            return state == expected.State
                ? null
                : $"window {expected.Window}: expected {expected.Rule} to be {expected.State}, got " +
                    $"{state}{Reasons(evaluator, series, expected.Rule, expected.Window)}";
        }
    }

    private static IEnumerable<string> Compare(
        RuleFile rules, RuleTest test, List<(TestSeries Series, AlertChange Change)> changes, InMemoryEvaluator evaluator)
    {
        var left = changes.ToList();
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var expected in test.Expect)
        {
            var index = left.FindIndex(one => Matches(expected, one.Series, one.Change));
            if (index >= 0)
            {
                left.RemoveAt(index);
                continue;
            }

            var near = changes.Where(one => one.Change.Alert.Key.Rule == expected.Rule)
                .Select(one => Describe(one.Series, one.Change)).DefaultIfEmpty("nothing").ToList();
            var series = test.Series.FirstOrDefault(series => expected.Series is null || series.Alias == expected.Series, test.Series[0]);
            shown.Add(expected.Rule);
            var reasons = Reasons(evaluator, series, expected.Rule, expected.Window);
            yield return $"expected {expected}{CountedFrom(expected, changes)}\n  got      {string.Join("\n           ", near)}" +
                $"{NotLookedAt(rules, series, expected.Rule)}{reasons}";
        }

        foreach (var (series, change) in test.ExpectOnly ? left.Where(one => !shown.Contains(one.Change.Alert.Key.Rule)) : [])
        {
            var reasons = Reasons(evaluator, series, change.Alert.Key.Rule, series.NumberOf(change.Alert.Evidence.WindowStart));
            yield return $"not expected: {Describe(series, change)}{reasons}";
        }
    }

    /// <summary>Why the rule has nothing to say of the series; empty when it looks at it.</summary>
    private static string NotLookedAt(RuleFile rules, TestSeries series, string name) => rules.Rules.FirstOrDefault(rule => rule.Name == name) switch
    {
        null => "",
        { Enabled: false } => "\n  because the rule is disabled",
        var rule => Selection.WhyNot(rule, series.Deployment, series.Instance, series.Name) is { } why
            ? $"\n  because the rule does not select this series: {why}"
            : "",
    };

    /// <summary>The window before or after is the usual slip.</summary>
    private static string CountedFrom(ExpectedChange expected, List<(TestSeries Series, AlertChange Change)> changes) =>
        changes.Exists(one => one.Change.Alert.Key.Rule == expected.Rule && one.Change.Change == expected.Change)
            ? " (windows are counted from 1)"
            : "";

    private static bool Matches(ExpectedChange expected, TestSeries series, AlertChange change) =>
        change.Alert.Key.Rule == expected.Rule &&
            change.Change == expected.Change &&
            series.NumberOf(change.Alert.Evidence.WindowStart) == expected.Window &&
        (expected.Severity is null || change.Alert.Severity == expected.Severity) &&
            (expected.Reason is null || change.Reason == expected.Reason) &&
        (expected.Series is null || series.Alias == expected.Series);

    private static bool IsOf(TestSeries series, AlertKey key) =>
        series.Deployment.Id == key.DeploymentId && series.Instance == key.Instance && series.Name.Metric == key.Metric;

    private static string Describe(TestSeries series, AlertChange change) =>
        $"window {series.NumberOf(change.Alert.Evidence.WindowStart)}: {change.Alert.Key.Rule} {change.Change} " +
        $"{change.Alert.Severity.ToString().ToLowerInvariant()} ({change.Reason}) on {series.Alias}";

    private static string Reasons(InMemoryEvaluator evaluator, TestSeries series, string rule, int window)
    {
        var lines = evaluator.Findings
            .Where(
                finding =>
                    finding.Rule == rule &&
                        finding.DeploymentId == series.Deployment.Id &&
                        finding.Instance == series.Instance &&
                        finding.Metric == series.Name.Metric)
            .GroupBy(finding => series.NumberOf(finding.Window.Start))
            .Where(group => Math.Abs(group.Key - window) <= Around)
            .OrderBy(group => group.Key)
            .Select(group => $"\n    window {group.Key}: " +
                $"{group.Last().Window.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "_"} {group.Last().Reason}");
        return string.Concat(lines);
    }
}
