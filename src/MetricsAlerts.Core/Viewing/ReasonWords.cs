using MetricsAlerts.Formats;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Viewing;

/// <summary>What a rule found in a window, in words.</summary>
public static class ReasonWords
{
    /// <summary>One clause, such as <c>past the threshold: 0.55 against 0.7</c>.</summary>
    public static string Of(EvaluationReason reason)
    {
        var (value, threshold) = Numbers.Apart(reason.Value, reason.Threshold);
        return reason.Kind switch
        {
            ReasonKind.None => "not looked at",
            ReasonKind.NoValue => "no value: it counts for nothing",
            ReasonKind.HeldByMinSamples => $"{reason.Count} rows, the rule asks for {reason.Needed}: it counts for nothing",
            ReasonKind.HeldByCompleteness =>
                $"{Percentages.Format(reason.Value)} of the actuals are there, the rule asks for {Percentages.Format(reason.Threshold)}: " +
                "it counts for nothing",
            ReasonKind.HeldByEvidence => $"past the threshold, but {reason.Count} rows only say {value} to {threshold}: not sure enough",
            ReasonKind.NoReference => "nothing to compare it with yet",
            ReasonKind.NotBreaching => $"fine: {value} against {threshold}",
            ReasonKind.Breaching => $"past the threshold: {value} against {threshold}",
            ReasonKind.Waiting => reason.Needed == 0 ? "past the threshold, not for long enough"
                : $"past the threshold, {reason.Count} of {reason.Needed}",
            ReasonKind.Recovering => reason.Needed == 0 ? "recovered, not for long enough"
                : $"recovered, {reason.Count} of {reason.Needed}",
            ReasonKind.Between => $"between threshold and recovery: {value} against {threshold}",
            ReasonKind.Missing => $"no value for {Durations.Format(TimeSpan.FromSeconds(reason.Value))}",
            _ => reason.ToString(),
        };
    }
}
