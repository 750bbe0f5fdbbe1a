using System.Globalization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Evaluating;

/// <summary>Turns what an evaluation found into transitions, and keeps what people were told in step with it.</summary>
internal sealed class Announcer(SeriesPartition partition)
{
    /// <summary>Windows in a message's sparkline.</summary>
    private const int RecentWindows = 24;

    private readonly List<AlertTransition> _transitions = [];

    public IReadOnlyList<AlertTransition> Transitions => _transitions;

    /// <summary>Tells a transition that a step made.</summary>
    public void Tell(SeriesState series, Rule rule, RuleState state, in StepResult step, int window)
    {
        if (step.Transition == Transition.None)
            return;
        var start = state.Announced.IsOpen ? state.Announced.EpisodeStart : EpisodeStart(state, step.Transition, series.History.Windows[window].Start);
        Tell(series, rule, state, step.Transition, step.Reason.ToString(), start, window);
    }

    /// <summary>Tells the difference between what people were told and the state that late windows or another rule led to: at most one transition.</summary>
    public void Reconcile(SeriesState series, Rule rule, RuleState state, EvaluationReason last, bool ruleChanged)
    {
        var told = state.Announced;
        ref var now = ref state.Current;
        var window = series.History.Count - 1;
        if (told.IsOpen && !now.IsOpen)
        {
            var recovered = now.PastEpisodeEnd > told.EpisodeStart.UtcTicks;
            var why = ruleChanged ? ResolveReason.RuleChanged : recovered ? ResolveReason.Recovered : ResolveReason.Revised;
            Tell(series, rule, state, Transition.Resolved, EvaluationReason.Resolved(why).ToString(), told.EpisodeStart, window);
        }
        else if (!told.IsOpen && now.IsOpen)
        {
            var transition = now is { NoData: true, OpenedByNoData: true } ? Transition.NoData : Transition.Fired;
            Tell(series, rule, state, transition, last.ToString(), new(now.EpisodeStart, TimeSpan.Zero), window);
        }
        else if (told.IsOpen && told.Severity != now.Severity)
        {
            var transition = now.Severity > told.Severity ? Transition.Escalated : Transition.Deescalated;
            Tell(series, rule, state, transition, last.ToString(), told.EpisodeStart, window);
        }
        else if (told.IsOpen && told.NoData != now.NoData)
        {
            Tell(series, rule, state, now.NoData ? Transition.NoData : Transition.DataBack, last.ToString(), told.EpisodeStart, window);
        }
    }

    /// <summary>Tells that an open alert is over for a reason outside the values.</summary>
    public void Resolve(SeriesState series, RuleState state, ResolveReason why)
    {
        if (state.Announced.IsOpen)
            Tell(series, null, state, Transition.Resolved, EvaluationReason.Resolved(why).ToString(), state.Announced.EpisodeStart, series.History.Count - 1);
    }

    private static DateTimeOffset EpisodeStart(RuleState state, Transition transition, DateTimeOffset window) =>
        transition is Transition.Resolved or Transition.DataBack || state.Current.EpisodeStart == 0 ? window : new(state.Current.EpisodeStart, TimeSpan.Zero);

    private void Tell(SeriesState series, Rule? rule, RuleState state, Transition transition, string reason, DateTimeOffset since, int window)
    {
        var windows = series.History.Windows[..(window + 1)];
        var newest = windows.Length > 0 ? windows[^1] : new MetricWindow(since, since, null, 0);
        var valued = NewestJudged(windows, rule) ?? newest;

        var isOpen = state.Current.IsOpen && transition != Transition.Resolved;
        var severity = isOpen ? state.Current.Severity : state.Announced.Severity;
        var sequence = state.Announced.Sequence;
        string[] identity = [state.Rule, partition.DeploymentId, partition.Instance, series.Name.ToString(), Timestamps.Format(since)];
        _transitions.Add(new AlertTransition
        {
            EventId = DerivedId.From([.. identity, transition.ToString(), sequence.ToString(CultureInfo.InvariantCulture)]),
            AlertId = DerivedId.From(identity),
            Rule = state.Rule,
            DeploymentId = partition.DeploymentId,
            Instance = partition.Instance,
            Metric = series.Name.Metric,
            Bucket = series.Name.Bucket,
            Transition = transition,
            IsOpen = isOpen,
            Severity = severity,
            Reason = reason,
            WindowStart = newest.Start,
            WindowEnd = newest.End,
            Value = valued.Value,
            SampleSize = valued.SampleSize,
            Baseline = valued.Baseline,
            Since = since,
            Sequence = sequence,
            Recent = Recent(windows),
        });
        state.Announced = new(isOpen, isOpen ? severity : Severity.None, isOpen && state.Current.NoData, isOpen ? since : default, sequence + 1);
    }

    /// <summary>The newest window whose value counts for the rule: late actuals make the very newest ones empty or thin.</summary>
    private static MetricWindow? NewestJudged(ReadOnlySpan<MetricWindow> windows, Rule? rule)
    {
        for (var i = windows.Length - 1; i >= 0; i--)
        {
            if (windows[i].Value is not null && (rule is null || (windows[i].SampleSize >= rule.MinSamples && !(windows[i].Completeness < rule.Complete))))
                return windows[i];
        }

        return null;
    }

    private static double?[] Recent(ReadOnlySpan<MetricWindow> windows)
    {
        var values = new double?[Math.Min(RecentWindows, windows.Length)];
        for (var i = 0; i < values.Length; i++)
            values[i] = windows[windows.Length - values.Length + i].Value;
        return values;
    }
}
