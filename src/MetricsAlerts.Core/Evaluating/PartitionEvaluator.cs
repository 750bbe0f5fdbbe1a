using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Evaluating;

/// <summary>Evaluates a batch on its partition: pure, in memory. What is told is in <see cref="Announcer.Transitions"/>, the new state in the partition.</summary>
internal sealed class PartitionEvaluator(RuleSet rules, SeriesPartition partition, TimeSpan revisionReach)
{
    private readonly Announcer _announcer = new(partition);
    private readonly List<CompiledRule> _matching = [];
    private readonly Dictionary<SeriesName, SeriesChange> _changes = [];

    /// <summary>The transitions to tell, in order.</summary>
    public IReadOnlyList<AlertTransition> Transitions => _announcer.Transitions;

    /// <summary>Sees every step of every rule: for <c>explain</c> and tests.</summary>
    public Action<SeriesState, RuleState, MetricWindow, StepResult>? Observer { get; init; }

    /// <summary>Folds the batch in and evaluates every matching rule. Answers whether the partition changed.</summary>
    /// <remarks>Where the partition is not whole, <see cref="RecentWindows.Suffice"/> must hold.</remarks>
    public bool Evaluate(InstanceBatch batch)
    {
        if (batch.DeploymentGone)
            return ResolveAll();

        var changed = Merge(batch);
        foreach (var series in partition.Series.ToList())
            changed |= Evaluate(series, batch);
        foreach (var series in partition.Series.ToList())
        {
            // What settles and what is forgotten are the earliest windows: that waits until they have been read.
            if (partition.IsWhole || !series.History.HasEarlier)
                Trim(series);
        }

        return changed;
    }

    private bool ResolveAll()
    {
        var any = partition.Series.Count > 0;
        foreach (var series in partition.Series.ToList())
        {
            foreach (var state in series.Rules)
                _announcer.Resolve(series, state, ResolveReason.DeploymentGone);
            partition.Remove(series.Name);
        }

        return any;
    }

    private bool Merge(InstanceBatch batch)
    {
        var changed = false;
        foreach (var incoming in batch.Series)
        {
            var name = new SeriesName(incoming.Metric, incoming.Bucket);
            var series = partition.GetOrAdd(name);
            var change = new SeriesChange(series.History.Count > 0 ? series.History.Windows[^1].Start : DateTimeOffset.MinValue);
            foreach (var window in incoming.Windows)
            {
                var placement = series.History.Put(window);
                changed |= placement != Placement.Unchanged;
                if (placement == Placement.TooOld)
                    series.TooOld++;
                else if (placement != Placement.Unchanged && window.Start <= change.Newest)
                    change.Revised = true;
                else if (placement == Placement.Appended)
                    change.Appended = true;
            }

            _changes[name] = change;
        }

        return changed;
    }

    private bool Evaluate(SeriesState series, InstanceBatch batch)
    {
        _matching.Clear();
        rules.Match(batch.Deployment, batch.Instance, series.Name, _matching);
        var changed = DropUnmatched(series);
        foreach (var rule in _matching)
            changed |= Evaluate(series, rule, batch.History);
        return changed;
    }

    private bool DropUnmatched(SeriesState series)
    {
        var dropped = false;
        for (var i = series.Rules.Count - 1; i >= 0; i--)
        {
            var state = series.Rules[i];
            if (_matching.Exists(rule => rule.Rule.Name == state.Rule))
                continue;
            var why = rules.Find(state.Rule) is { Enabled: false } ? ResolveReason.RuleDisabled : ResolveReason.RuleRemoved;
            _announcer.Resolve(series, state, why);
            series.Rules.RemoveAt(i);
            dropped = true;
        }

        return dropped;
    }

    private bool Evaluate(SeriesState series, CompiledRule rule, bool history)
    {
        var change = _changes.GetValueOrDefault(series.Name);
        var state = series.Rules.Find(candidate => candidate.Rule == rule.Rule.Name);
        if (state is null)
            series.Rules.Add(state = new(rule.Rule.Name));

        var isNew = state.Fingerprint.Length == 0;
        var ruleChanged = !isNew && state.Fingerprint != rule.Fingerprint;
        var known = change is null ? series.History.Count : series.History.LowerBound(change.Newest + TimeSpan.FromTicks(1));
        var revised = change is { Revised: true } || OthersChanged(series, rule);
        if (!isNew && !ruleChanged && !revised && change is not { Appended: true })
            return false;

        state.Fingerprint = rule.Fingerprint;
        var until = history ? series.History.Count : change is null ? series.History.Count : known;
        if (isNew || ruleChanged || revised || history)
        {
            var reason = Refold(series, rule, state, until, isNew || ruleChanged);
            if (until > 0)
                _announcer.Reconcile(series, rule.Rule, state, reason, ruleChanged);
        }

        for (var i = until; i < series.History.Count; i++)
        {
            var step = Step(series, rule, state, ref state.Current, i);
            _announcer.Tell(series, rule.Rule, state, step, i);
        }

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

    /// <summary>The current state becomes what the windows before <paramref name="until"/> lead to; answers the last reason.</summary>
    private EvaluationReason Refold(SeriesState series, CompiledRule rule, RuleState state, int until, bool fromScratch)
    {
        var foldStart = Math.Min(series.History.FoldStart, until);
        if (fromScratch)
        {
            state.Base = default;
            for (var i = 0; i < foldStart; i++)
                Step(series, rule, state, ref state.Base, i);
        }

        state.Current = state.Base;
        var last = default(EvaluationReason);
        for (var i = foldStart; i < until; i++)
        {
            var step = Step(series, rule, state, ref state.Current, i);
            if (step.Transition != Transition.None || state.Current.IsOpen)
                last = step.Transition != Transition.None || last.Kind == ReasonKind.None ? step.Reason : last;
        }

        return last;
    }

    private StepResult Step(SeriesState series, CompiledRule rule, RuleState state, ref AlertState alert, int window)
    {
        var step = AlertStateMachine.Step(rule, series.Metric, series.History.Windows[..(window + 1)], partition, ref alert);
        Observer?.Invoke(series, state, series.History.Windows[window], step);
        return step;
    }

    /// <summary>Settles the windows that no revision can reach any more and forgets those that no condition looks at.</summary>
    private void Trim(SeriesState series)
    {
        _matching.Clear();
        foreach (var state in series.Rules)
        {
            if (rules.FindEnabled(state.Rule) is { } rule)
                _matching.Add(rule);
        }

        var context = rules.ContextOf(series.Name.Metric);
        var reach = (int)Math.Max(1, revisionReach.Ticks / series.Name.Bucket.Ticks);
        foreach (var rule in _matching)
        {
            context = Math.Max(context, rule.ContextWindows);
            reach = Math.Max(reach, rule.ForWindows);
        }

        reach = Math.Min(reach, SeriesHistory.MaxWindows - Math.Min(context, SeriesHistory.MaxWindows - 1));

        var foldStart = series.History.FoldStart;
        var newFoldStart = series.History.Count - reach;
        if (newFoldStart > foldStart)
        {
            foreach (var rule in _matching)
            {
                var state = series.Rules.Find(candidate => candidate.Rule == rule.Rule.Name)!;
                for (var i = foldStart; i < newFoldStart; i++)
                    AlertStateMachine.Step(rule, series.Metric, series.History.Windows[..(i + 1)], partition, ref state.Base);
            }

            series.History.FoldedBefore = series.History.Windows[newFoldStart].Start;
        }

        series.History.RemoveOldest(Math.Max(0, series.History.FoldStart - context));
        if (series.History.Count > 0 && series.Rules.Count == 0 && context == 0)
            partition.Remove(series.Name);
    }

    private sealed class SeriesChange(DateTimeOffset newest)
    {
        /// <summary>Start of the newest window before the batch.</summary>
        public DateTimeOffset Newest { get; } = newest;

        public bool Revised { get; set; }

        public bool Appended { get; set; }
    }
}
