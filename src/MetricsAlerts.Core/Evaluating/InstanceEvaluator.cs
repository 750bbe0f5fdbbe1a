using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Evaluating;

/// <summary>
/// Folds windows into one instance and steps every rule that matches: pure, in memory. What counts is the state that the windows end in.
/// </summary>
internal sealed class InstanceEvaluator(RuleSet rules, Deployment deployment, InstanceState instance, TimeSpan revisionReach, DateTimeOffset now)
{
    private readonly List<CompiledRule> _matching = [];
    private readonly Dictionary<SeriesName, SeriesChange> _changes = [];

    /// <summary>Sees every step of every rule: for <c>explain</c> and tests.</summary>
    public Action<SeriesState, RuleState, MetricWindow, StepResult>? Observer { get; init; }

    /// <summary>Folds the windows in and evaluates every matching rule. Returns whether the instance changed.</summary>
    /// <param name="windows">New and revised windows; none to look at the rules only.</param>
    /// <param name="reading">The reading that they come with.</param>
    /// <remarks>Where the instance is not whole, <see cref="RecentWindows.Suffice"/> must hold.</remarks>
    public bool Evaluate(IReadOnlyList<SeriesWindows> windows, long reading)
    {
        var changed = Merge(windows, reading);
        foreach (var series in instance.Series.ToList())
            changed |= Evaluate(series);
        foreach (var series in instance.Series.ToList())
        {
            // What settles and what is forgotten are the earliest windows: that waits until they have been read.
            if (instance.IsWhole || !series.History.HasEarlier)
                changed |= HistoryRetention.Trim(rules, instance, series, revisionReach, now);
        }

        return changed;
    }

    private bool Merge(IReadOnlyList<SeriesWindows> windows, long reading)
    {
        var changed = false;
        foreach (var incoming in windows)
        {
            var name = new SeriesName(incoming.Metric, incoming.Bucket);
            var series = instance.GetOrAdd(name);
            if (!_changes.TryGetValue(name, out var change))
                _changes[name] = change = new(series.History.Count > 0 ? series.History.Windows[^1].Start : DateTimeOffset.MinValue);
            foreach (var window in incoming.Windows)
            {
                var placement = series.History.Put(window, reading);
                changed |= placement != Placement.Unchanged;
                if (placement == Placement.TooOld)
                    series.TooOld++;
                else
                    change.Record(placement, window);
            }
        }

        return changed;
    }

    private bool Evaluate(SeriesState series)
    {
        _matching.Clear();
        rules.Match(deployment, instance.Instance, series.Name, _matching);
        var changed = series.Rules.RemoveAll(state => !_matching.Exists(rule => rule.Rule.Name == state.Rule)) > 0;
        foreach (var rule in _matching)
            changed |= Evaluate(series, rule);
        return changed;
    }

    private bool Evaluate(SeriesState series, CompiledRule rule)
    {
        var change = _changes.GetValueOrDefault(series.Name);
        var state = series.Rules.Find(candidate => candidate.Rule == rule.Rule.Name);
        if (state is null)
            series.Rules.Add(state = new(rule.Rule.Name));

        var isNew = state.Fingerprint != rule.Fingerprint;
        var revised = change is { Revised: true } || OthersChanged(series, rule);
        var deeper = change is { Earlier: true } && rule.ContextWindows > 0;
        if (!isNew && !revised && !deeper && change is not { Appended: true })
            return false;

        state.Fingerprint = rule.Fingerprint;
        var until = change is null ? series.History.Count : series.History.LowerBound(change.Newest + TimeSpan.FromTicks(1));
        if (isNew || revised || deeper)
            Refold(series, rule, state, until, fromScratch: isNew || deeper);
        for (var i = until; i < series.History.Count; i++)
            Step(series, rule, state, ref state.Current, i);
        return true;
    }

    /// <summary>Another series that the rule looks at has changed at a time that was judged already.</summary>
    private bool OthersChanged(SeriesState series, CompiledRule rule)
    {
        foreach (var metric in rule.Rule.When.OtherMetrics)
        {
            if (_changes.TryGetValue(new(metric, series.Name.Bucket), out var other) && metric != series.Name.Metric && (other.Revised || other.Appended))
                return true;
        }

        return false;
    }

    /// <summary>The current state becomes what the windows before <paramref name="until"/> lead to.</summary>
    private void Refold(SeriesState series, CompiledRule rule, RuleState state, int until, bool fromScratch)
    {
        var foldStart = Math.Min(series.History.FoldStart, until);
        if (fromScratch)
        {
            state.Base = default;
            for (var i = 0; i < foldStart; i++)
                Step(series, rule, state, ref state.Base, i);
        }

        state.Current = state.Base;
        for (var i = foldStart; i < until; i++)
            Step(series, rule, state, ref state.Current, i);
    }

    private void Step(SeriesState series, CompiledRule rule, RuleState state, ref AlertState alert, int window)
    {
        var step = AlertStateMachine.Step(rule, series.Metric, series.History.Windows[..(window + 1)], instance, ref alert);
        Observer?.Invoke(series, state, series.History.Windows[window], step);
    }

    private sealed class SeriesChange(DateTimeOffset newest)
    {
        /// <summary>Start of the newest window before the batch.</summary>
        public DateTimeOffset Newest { get; } = newest;

        public bool Revised { get; private set; }

        public bool Appended { get; private set; }

        /// <summary>Windows came that conditions can look back at.</summary>
        public bool Earlier { get; private set; }

        public void Record(Placement placement, in MetricWindow window)
        {
            if (placement == Placement.Unchanged)
                return;
            if (placement == Placement.Earlier)
                Earlier = true;
            else if (window.Start <= Newest)
                Revised = true;
            else
                Appended = true;
        }
    }
}
