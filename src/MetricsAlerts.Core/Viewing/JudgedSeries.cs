using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Viewing;

/// <summary>A window with what a rule finds in it.</summary>
/// <param name="Window">The window.</param>
/// <param name="Reason">What the rule found.</param>
/// <param name="Standing">How the rule stands after the window.</param>
public sealed record JudgedWindow(MetricWindow Window, EvaluationReason Reason, SeriesStanding Standing)
{
    /// <summary>Whether the window says nothing: no value, too few rows or actuals, or nothing to compare it with.</summary>
    public bool SaysNothing => Reason.Kind is ReasonKind.NoValue or ReasonKind.HeldByMinSamples or ReasonKind.HeldByCompleteness
        or ReasonKind.HeldByEvidence or ReasonKind.NoReference;

    /// <summary>Whether the value is past the threshold.</summary>
    public bool Breaches => Reason.Kind is ReasonKind.Breaching or ReasonKind.Waiting or ReasonKind.Missing;
}

/// <summary>Looks at every kept window of a series as a rule does.</summary>
public static class JudgedSeries
{
    /// <summary>
    /// Each window, oldest first, as the rule finds it today. It begins at the oldest window that is kept: an episode that was under way
    /// before it shows from there on.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="series">The series.</param>
    /// <param name="ofInstance">Every series of the same instance, for rules that look at several.</param>
    public static IReadOnlyList<JudgedWindow> Judge(CompiledRule rule, SeriesView series, IReadOnlyList<SeriesView> ofInstance)
    {
        var windows = series.Windows.ToArray();
        var others = new OtherSeries(ofInstance);
        var state = default(AlertState);
        var judged = new JudgedWindow[windows.Length];
        for (var index = 0; index < windows.Length; index++)
        {
            var step = AlertStateMachine.Step(rule, series.Metric, windows.AsSpan(0, index + 1), others, ref state);
            var standing = new WatchView(rule.Rule.Name, state.Phase, state.Severity, step.Reason).Standing;
            judged[index] = new(windows[index], step.Reason, standing);
        }

        return judged;
    }

    private sealed class OtherSeries(IReadOnlyList<SeriesView> series) : ISeriesLookup
    {
        private readonly Dictionary<SeriesName, MetricWindow[]> _windows =
            series.DistinctBy(one => one.Name).ToDictionary(one => one.Name, one => one.Windows.ToArray());

        public ReadOnlySpan<MetricWindow> Until(SeriesName series, DateTimeOffset start)
        {
            if (!_windows.TryGetValue(series, out var windows))
                return [];
            var index = Array.FindIndex(windows, window => window.Start == start);
            return index < 0 ? [] : windows.AsSpan(0, index + 1);
        }
    }
}
