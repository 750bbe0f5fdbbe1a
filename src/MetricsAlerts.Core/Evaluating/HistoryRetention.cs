using MetricsAlerts.Rules;

namespace MetricsAlerts.Evaluating;

/// <summary>Which windows of a series are kept: those that can still be revised, and those that conditions look back at from there.</summary>
internal static class HistoryRetention
{
    /// <summary>
    /// Settles the windows that no revision can reach any more and forgets those that no condition has looked at for a while. Returns whether what is kept has changed.
    /// </summary>
    /// <param name="rules">The rules.</param>
    /// <param name="instance">The instance, whole.</param>
    /// <param name="series">The series.</param>
    /// <param name="revisionReach">How far back a window can be revised.</param>
    /// <param name="now">The time.</param>
    public static bool Trim(RuleSet rules, InstanceState instance, SeriesState series, TimeSpan revisionReach, DateTimeOffset now)
    {
        var matching = series.Rules.Select(state => rules.FindEnabled(state.Rule)).OfType<CompiledRule>().ToList();
        var context = rules.ContextOf(series.Name.Metric);
        var reach = (int)Math.Max(1, revisionReach.Ticks / series.Name.Bucket.Ticks);
        foreach (var rule in matching)
        {
            context = Math.Max(context, rule.ContextWindows);
            reach = Math.Max(reach, rule.ForWindows);
        }

        reach = Math.Min(reach, SeriesHistory.MaxWindows - Math.Min(context, SeriesHistory.MaxWindows - 1));
        Settle(instance, series, matching, series.History.Count - reach);
        // Of a series that is new and that no rule looks at by now, a rule that is back soon finds as much as of others.
        var before = series.Kept;
        var known = before == default && series.History.Count > 0 ? new KeptWindows(reach, reach, 0) : before;
        series.Kept = known.Need(series.Rules.Count == 0 && context == 0 ? 0 : reach + context, now);
        series.History.RemoveOldest(Math.Min(series.History.FoldStart, series.History.Count - series.Kept.Count));
        if (series.History.Count > 0 && series.Kept.Count == 0)
            instance.Remove(series.Name);
        return series.Kept != before;
    }

    private static void Settle(InstanceState instance, SeriesState series, List<CompiledRule> matching, int newFoldStart)
    {
        var foldStart = series.History.FoldStart;
        if (newFoldStart <= foldStart)
            return;
        foreach (var rule in matching)
        {
            var state = series.Rules.Find(candidate => candidate.Rule == rule.Rule.Name)!;
            for (var i = foldStart; i < newFoldStart; i++)
                AlertStateMachine.Step(rule, series.Metric, series.History.Windows[..(i + 1)], instance, ref state.Base);
        }

        series.History.FoldedBefore = series.History.Windows[newFoldStart].Start;
    }
}
