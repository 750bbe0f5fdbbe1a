using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Evaluating;

/// <summary>
/// Steps the state of one rule on one series over one window: a pure function of rule, windows and prior state. No clock, no I/O, no allocation.
/// </summary>
internal static class AlertStateMachine
{
    /// <summary>Steps <paramref name="state"/> over the newest window of <paramref name="windows"/> and returns at most one transition.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="metric">The series' metric.</param>
    /// <param name="windows">The series' windows up to and including the one to step over, oldest first.</param>
    /// <param name="others">The other series of the instance.</param>
    /// <param name="state">The state before the window; the state after it.</param>
    public static StepResult Step(
        CompiledRule rule, MetricDefinition metric, ReadOnlySpan<MetricWindow> windows, ISeriesLookup others, ref AlertState state)
    {
        ref readonly var window = ref windows[^1];
        var modelReplaced = NoticeModel(metric, window, ref state);
        if (state.LastValueEnd == 0)
            state.LastValueEnd = window.Start.UtcTicks;

        var judgement = Judge(rule, metric, windows, others, state);
        if (window.Value is not null)
            state.LastValueEnd = window.End.UtcTicks;
        if (modelReplaced)
            return StartFresh(rule, window, judgement, ref state);
        if (window.Value is null && rule.Rule.NoData == NoDataBehaviour.Alert && !rule.Rule.When.JudgesMissing)
            return CountWithoutValue(rule, window, ref state);
        if (window.Value is not null && (state.NoData || state.WithoutValue.Count > 0))
            return ResumeWithValue(rule, window, judgement, ref state);
        return judgement.Counts ? Count(rule, window, judgement, ref state) : Remind(rule, window, judgement.Reason, ref state);
    }

    /// <summary>A window of another model starts a fresh history. Answers whether an open alert was left behind.</summary>
    private static bool NoticeModel(MetricDefinition metric, in MetricWindow window, ref AlertState state)
    {
        if (!metric.IsModelBound || window.ModelId is null || string.Equals(window.ModelId, state.ModelId, StringComparison.Ordinal))
            return false;
        if (state.ModelId is null)
        {
            state.ModelId = window.ModelId;
            return false;
        }

        var leftOpen = state.IsOpen;
        state = new()
        {
            ModelId = window.ModelId,
            ModelSince = window.Start.UtcTicks,
            PastEpisodeStart = leftOpen ? state.EpisodeStart : state.PastEpisodeStart,
            PastEpisodeEnd = leftOpen ? window.End.UtcTicks : state.PastEpisodeEnd,
        };
        return leftOpen;
    }

    private static Judgement Judge(
        CompiledRule compiled, MetricDefinition metric, ReadOnlySpan<MetricWindow> windows, ISeriesLookup others, in AlertState state)
    {
        ref readonly var window = ref windows[^1];
        var rule = compiled.Rule;
        if (!rule.When.JudgesMissing)
        {
            if (window.Value is null)
                return rule.NoData == NoDataBehaviour.Ok ? Judgement.Good(EvaluationReason.NoValue) : Judgement.Neutral(EvaluationReason.NoValue);
            if (SampleGate.Check(rule, window) is { } held)
                return held;
        }

        return rule.When.Judge(new WindowContext
        {
            History = compiled.ContextWindows > 0 ? OfModel(windows, state.ModelSince) : windows[^1..],
            Metric = metric,
            LastValueEnd = new(state.LastValueEnd, TimeSpan.Zero),
            Others = others,
            Rule = rule,
            ZScore = compiled.ZScore,
        });
    }

    private static ReadOnlySpan<MetricWindow> OfModel(ReadOnlySpan<MetricWindow> windows, long modelSince)
    {
        var from = 0;
        while (from < windows.Length - 1 && windows[from].Start.UtcTicks < modelSince)
            from++;
        return windows[from..];
    }

    /// <summary>
    /// The first window of a new model: the old model's alert resolves, the window counts for the new one's patience, but fires nothing yet,
    /// because a window makes at most one transition.
    /// </summary>
    private static StepResult StartFresh(CompiledRule rule, in MetricWindow window, in Judgement judgement, ref AlertState state)
    {
        if (judgement.Counts)
        {
            PushBreach(rule, window, judgement, ref state);
            Wait(window, ref state);
        }

        return new(Transition.Resolved, EvaluationReason.Resolved(ResolveReason.ModelReplaced));
    }

    private static StepResult Count(CompiledRule rule, in MetricWindow window, in Judgement judgement, ref AlertState state)
    {
        PushBreach(rule, window, judgement, ref state);
        if (!state.IsOpen)
            return CountClosed(rule, window, judgement, ref state);

        var ticks = (window.End - window.Start).Ticks;
        state.RecoverWarning = state.RecoverWarning.Push(judgement.Hold < Severity.Warning, ticks, rule.Rule.RecoverAfter);
        state.RecoverCritical = state.RecoverCritical.Push(judgement.Hold < Severity.Critical, ticks, rule.Rule.RecoverAfter);
        if (state.RecoverWarning.Satisfies(rule.Rule.RecoverAfter))
        {
            Close(window, ref state);
            return new(Transition.Resolved, EvaluationReason.Resolved(ResolveReason.Recovered));
        }

        if (state.Severity == Severity.Critical && rule.LowestLevel < Severity.Critical && state.RecoverCritical.Satisfies(rule.Rule.RecoverAfter))
            return ChangeSeverity(Transition.Deescalated, Severity.Warning, window, judgement, ref state);
        if (state.Severity == Severity.Warning && state.BreachCritical.Satisfies(rule.Rule.For))
            return ChangeSeverity(Transition.Escalated, Severity.Critical, window, judgement, ref state);

        state.Phase = state.RecoverWarning.Count > 0 ? AlertPhase.Recovering : AlertPhase.Firing;
        var reason = judgement.Reason;
        if (state.Phase == AlertPhase.Recovering)
        {
            var (count, needed) = state.RecoverWarning.Progress(rule.Rule.RecoverAfter, ticks);
            reason = new(ReasonKind.Recovering, judgement.Reason.Value, judgement.Reason.Threshold, count, needed);
        }

        return Remind(rule, window, reason, ref state);
    }

    private static StepResult CountClosed(CompiledRule rule, in MetricWindow window, in Judgement judgement, ref AlertState state)
    {
        var severity = state.BreachCritical.Satisfies(rule.Rule.For) ? Severity.Critical
            : state.BreachWarning.Satisfies(rule.Rule.For) ? Severity.Warning
            : Severity.None;
        Wait(window, ref state);
        if (severity != Severity.None)
        {
            Open(severity, window, ref state);
            return new(Transition.Fired, judgement.Reason);
        }

        if (state.Phase != AlertPhase.Pending || judgement.Breach == Severity.None)
            return new(Transition.None, judgement.Reason);
        var (count, needed) = state.BreachWarning.Progress(rule.Rule.For, (window.End - window.Start).Ticks);
        return new(Transition.None, new(ReasonKind.Waiting, judgement.Reason.Value, judgement.Reason.Threshold, count, needed));
    }

    private static void PushBreach(CompiledRule rule, in MetricWindow window, in Judgement judgement, ref AlertState state)
    {
        var ticks = (window.End - window.Start).Ticks;
        state.BreachWarning = state.BreachWarning.Push(judgement.Breach >= Severity.Warning, ticks, rule.Rule.For);
        state.BreachCritical = state.BreachCritical.Push(judgement.Breach >= Severity.Critical, ticks, rule.Rule.For);
    }

    /// <summary>Pending while anything counts towards firing, inactive otherwise.</summary>
    private static void Wait(in MetricWindow window, ref AlertState state)
    {
        if (state.BreachWarning.Count == 0)
        {
            state.Phase = AlertPhase.Inactive;
            state.EpisodeStart = 0;
        }
        else if (state.Phase == AlertPhase.Inactive)
        {
            state.Phase = AlertPhase.Pending;
            state.EpisodeStart = window.Start.UtcTicks;
        }
    }

    private static void Open(Severity severity, in MetricWindow window, ref AlertState state)
    {
        state.Phase = AlertPhase.Firing;
        state.Severity = severity;
        state.ToldAt = window.End.UtcTicks;
        state.RecoverWarning = default;
        state.RecoverCritical = default;
    }

    private static void Close(in MetricWindow window, ref AlertState state) => state = new()
    {
        ModelId = state.ModelId,
        ModelSince = state.ModelSince,
        LastValueEnd = state.LastValueEnd,
        PastEpisodeStart = state.EpisodeStart,
        PastEpisodeEnd = window.End.UtcTicks,
    };

    private static StepResult ChangeSeverity(
        Transition transition, Severity severity, in MetricWindow window, in Judgement judgement, ref AlertState state)
    {
        state.Severity = severity;
        state.ToldAt = window.End.UtcTicks;
        state.RecoverCritical = default;
        if (severity == Severity.Warning)
            state.BreachCritical = default;
        state.Phase = state.RecoverWarning.Count > 0 ? AlertPhase.Recovering : AlertPhase.Firing;
        return new(transition, judgement.Reason);
    }

    private static StepResult CountWithoutValue(CompiledRule rule, in MetricWindow window, ref AlertState state)
    {
        if (state.WithoutValue.Count == 0 && !state.IsOpen && state.Phase == AlertPhase.Inactive)
            state.EpisodeStart = window.Start.UtcTicks;
        state.WithoutValue = state.WithoutValue.Push(true, (window.End - window.Start).Ticks, rule.Rule.For);
        if (state.NoData || !state.WithoutValue.Satisfies(rule.Rule.For))
            return Remind(rule, window, EvaluationReason.NoValue, ref state);

        state.NoData = true;
        if (state.IsOpen)
        {
            state.ToldAt = window.End.UtcTicks;
        }
        else
        {
            state.OpenedByNoData = true;
            Open(rule.LowestLevel, window, ref state);
        }

        return new(Transition.NoData, EvaluationReason.NoValue);
    }

    private static StepResult ResumeWithValue(CompiledRule rule, in MetricWindow window, in Judgement judgement, ref AlertState state)
    {
        var (wasNoData, openedByNoData) = (state.NoData, state.OpenedByNoData);
        state.NoData = state.OpenedByNoData = false;
        state.WithoutValue = default;
        if (openedByNoData)
            Close(window, ref state);
        else if (state.Phase == AlertPhase.Inactive)
            state.EpisodeStart = 0;

        var result = judgement.Counts ? Count(rule, window, judgement, ref state) : Remind(rule, window, judgement.Reason, ref state);
        if (!wasNoData)
            return result;
        var supersedes = !openedByNoData && result.Transition is Transition.Resolved or Transition.Escalated or Transition.Deescalated;
        return supersedes ? result : new(Transition.DataBack, judgement.Reason);
    }

    private static StepResult Remind(CompiledRule rule, in MetricWindow window, EvaluationReason reason, ref AlertState state)
    {
        if (!state.IsOpen || rule.Rule.RemindEvery is not { } every || window.End.UtcTicks - state.ToldAt < every.Ticks)
            return new(Transition.None, reason);
        state.ToldAt = window.End.UtcTicks;
        return new(Transition.Reminded, reason);
    }
}
