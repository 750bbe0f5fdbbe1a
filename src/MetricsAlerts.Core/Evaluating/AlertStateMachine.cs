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
    /// <summary>Steps <paramref name="state"/> over the newest window of <paramref name="windows"/> and returns at most one change.</summary>
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
        if (judgement.Counts)
            state.LastReason = judgement.Reason;
        if (window.Value is not null)
        {
            state.LastValueEnd = window.End.UtcTicks;
            state.LastValue = window.Value;
        }

        if (modelReplaced)
            return StartFresh(rule, window, judgement, ref state);
        if (window.Value is null && rule.Rule.NoData == NoDataBehaviour.Alert && !rule.Rule.When.JudgesMissing)
            return CountWithoutValue(rule, window, ref state);
        if (window.Value is not null && (state.NoData || state.WithoutValue.Count > 0))
            return ResumeWithValue(rule, window, judgement, ref state);
        return judgement.Counts ? Count(rule, window, judgement, ref state) : new StepResult(Change.None, judgement.Reason);
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
            PastEpisodeEnd = leftOpen ? window.End.UtcTicks : state.PastEpisodeEnd,
            PastReason = leftOpen ? ResolveReason.ModelReplaced : state.PastReason,
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
            History = ContextOf(compiled, windows, state.ModelSince),
            PreviousValue = state.LastValue,
            Metric = metric,
            LastValueEnd = new(state.LastValueEnd, TimeSpan.Zero),
            Others = others,
            Rule = rule,
            ZScore = compiled.ZScore,
        });
    }

    /// <summary>
    /// The windows that the condition may look at: those of the current model, and never more than the condition's reach, so that it finds the same however many
    /// windows are loaded.
    /// </summary>
    private static ReadOnlySpan<MetricWindow> ContextOf(CompiledRule compiled, ReadOnlySpan<MetricWindow> windows, long modelSince)
    {
        var from = Math.Max(0, windows.Length - 1 - compiled.ContextWindows);
        while (from < windows.Length - 1 && windows[from].Start.UtcTicks < modelSince)
            from++;
        return windows[from..];
    }

    /// <summary>
    /// The first window of a new model: the old model's alert resolves, the window counts for the new one's patience, but fires nothing yet,
    /// because a window makes at most one change.
    /// </summary>
    private static StepResult StartFresh(CompiledRule rule, in MetricWindow window, in Judgement judgement, ref AlertState state)
    {
        if (judgement.Counts)
        {
            PushBreach(rule, window, judgement, ref state);
            Wait(window, ref state);
        }

        if (window.Value is null && rule.Rule.NoData == NoDataBehaviour.Alert && !rule.Rule.When.JudgesMissing)
            PushWithoutValue(rule, window, ref state);
        return new(Change.Resolved, judgement.Reason);
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
            return new(Change.Resolved, judgement.Reason);
        }

        if (state.Severity == Severity.Critical && rule.LowestLevel < Severity.Critical && state.RecoverCritical.Satisfies(rule.Rule.RecoverAfter))
            return ChangeSeverity(Change.Deescalated, Severity.Warning, window, judgement, ref state);
        if (state.Severity == Severity.Warning && state.BreachCritical.Satisfies(rule.Rule.For))
            return ChangeSeverity(Change.Escalated, Severity.Critical, window, judgement, ref state);

        state.Phase = state.RecoverWarning.Count > 0 ? AlertPhase.Recovering : AlertPhase.Firing;
        var reason = judgement.Reason;
        if (state.Phase == AlertPhase.Recovering)
        {
            var (count, needed) = state.RecoverWarning.Progress(rule.Rule.RecoverAfter, ticks);
            reason = new(ReasonKind.Recovering, judgement.Reason.Value, judgement.Reason.Threshold, count, needed);
        }

        return new(Change.None, reason);
    }

    private static StepResult CountClosed(CompiledRule rule, in MetricWindow window, in Judgement judgement, ref AlertState state)
    {
        var severity = state.BreachCritical.Satisfies(rule.Rule.For) ? Severity.Critical
            : state.BreachWarning.Satisfies(rule.Rule.For) ? Severity.Warning
            : Severity.None;
        Wait(window, ref state);
        if (severity != Severity.None)
        {
            Open(severity, ref state);
            return new(Change.Fired, judgement.Reason);
        }

        if (state.Phase != AlertPhase.Pending || judgement.Breach == Severity.None)
            return new(Change.None, judgement.Reason);
        var (count, needed) = state.BreachWarning.Progress(rule.Rule.For, (window.End - window.Start).Ticks);
        return new(Change.None, new(ReasonKind.Waiting, judgement.Reason.Value, judgement.Reason.Threshold, count, needed));
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

    private static void Open(Severity severity, ref AlertState state)
    {
        state.Phase = AlertPhase.Firing;
        state.Severity = severity;
        state.RecoverWarning = default;
        state.RecoverCritical = default;
    }

    private static void Close(in MetricWindow window, ref AlertState state) => state = new()
    {
        ModelId = state.ModelId,
        ModelSince = state.ModelSince,
        LastValueEnd = state.LastValueEnd,
        LastValue = state.LastValue,
        LastReason = state.LastReason,
        PastEpisodeEnd = window.End.UtcTicks,
        PastReason = ResolveReason.Recovered,
    };

    /// <summary>Values are back: the alert of their absence is over. What breached before goes on counting, because a window without a value breaks no run.</summary>
    private static void CloseNoData(in MetricWindow window, ref AlertState state)
    {
        var before = state;
        Close(window, ref state);
        if (before.BreachWarning.Count == 0)
            return;
        state.Phase = AlertPhase.Pending;
        state.EpisodeStart = before.EpisodeStart;
        state.BreachWarning = before.BreachWarning;
        state.BreachCritical = before.BreachCritical;
    }

    private static StepResult ChangeSeverity(
        Change change, Severity severity, in MetricWindow window, in Judgement judgement, ref AlertState state)
    {
        state.Severity = severity;
        state.RecoverCritical = default;
        if (severity == Severity.Warning)
            state.BreachCritical = default;
        state.Phase = state.RecoverWarning.Count > 0 ? AlertPhase.Recovering : AlertPhase.Firing;
        return new(change, judgement.Reason);
    }

    private static StepResult CountWithoutValue(CompiledRule rule, in MetricWindow window, ref AlertState state)
    {
        PushWithoutValue(rule, window, ref state);
        if (state.NoData || !state.WithoutValue.Satisfies(rule.Rule.For))
            return new(Change.None, EvaluationReason.NoValue);

        state.NoData = true;
        state.LastReason = EvaluationReason.NoValue;
        if (!state.IsOpen)
        {
            state.OpenedByNoData = true;
            Open(rule.LowestLevel, ref state);
        }

        return new(Change.NoData, EvaluationReason.NoValue);
    }

    private static void PushWithoutValue(CompiledRule rule, in MetricWindow window, ref AlertState state)
    {
        if (state.WithoutValue.Count == 0)
            state.WithoutValueStart = window.Start.UtcTicks;
        state.WithoutValue = state.WithoutValue.Push(true, (window.End - window.Start).Ticks, rule.Rule.For);
    }

    private static StepResult ResumeWithValue(CompiledRule rule, in MetricWindow window, in Judgement judgement, ref AlertState state)
    {
        var (wasNoData, openedByNoData) = (state.NoData, state.OpenedByNoData);
        if (openedByNoData)
            CloseNoData(window, ref state);
        state.NoData = false;
        state.WithoutValue = default;
        state.WithoutValueStart = 0;

        var result = judgement.Counts ? Count(rule, window, judgement, ref state) : new StepResult(Change.None, judgement.Reason);
        if (!wasNoData)
            return result;
        var supersedes = !openedByNoData && result.Change is Change.Resolved or Change.Escalated or Change.Deescalated;
        return supersedes ? result : new(Change.DataBack, judgement.Reason);
    }
}
