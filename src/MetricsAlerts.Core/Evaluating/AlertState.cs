using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Evaluating;

/// <summary>The state of one rule on one series after a window: what the next window's step needs, and nothing of the clock. Times are UTC ticks.</summary>
internal record struct AlertState
{
    public AlertPhase Phase;
    public Severity Severity;

    /// <summary>The source has had no values for as long as the rule's patience.</summary>
    public bool NoData;

    /// <summary>The alert was opened by <see cref="NoData"/>, not by a breach.</summary>
    public bool OpenedByNoData;

    public Streak BreachWarning;
    public Streak BreachCritical;
    public Streak RecoverWarning;
    public Streak RecoverCritical;
    public Streak WithoutValue;

    /// <summary>Start of the first breaching window of the pending or open episode; 0 when there is none.</summary>
    public long EpisodeStart;

    /// <summary>Start of the first of the newest windows without a value; 0 when the newest has one.</summary>
    public long WithoutValueStart;

    /// <summary>Start of the first window of <see cref="ModelId"/>.</summary>
    public long ModelSince;

    /// <summary>The model whose windows these are.</summary>
    public string? ModelId;

    /// <summary>End of the last window with a value, or start of the first window; 0 before any.</summary>
    public long LastValueEnd;

    /// <summary>The last value; null before any.</summary>
    public double? LastValue;

    /// <summary>What the last window that counts showed.</summary>
    public EvaluationReason LastReason;

    /// <summary>End of the window in which the last episode ended, 0 when none has.</summary>
    public long PastEpisodeEnd;

    /// <summary>Why it ended.</summary>
    public ResolveReason PastReason;

    /// <summary>Since when the alert is open, when it is.</summary>
    public readonly long Since => OpenedByNoData ? WithoutValueStart : EpisodeStart;

    public readonly bool IsOpen => Phase >= AlertPhase.Firing;
}
