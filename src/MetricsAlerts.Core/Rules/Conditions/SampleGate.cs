using MetricsAlerts.Metrics;

namespace MetricsAlerts.Rules.Conditions;

/// <summary>Holds judgement on windows that are too thin to say anything.</summary>
internal static class SampleGate
{
    /// <summary>The neutral judgement on a window with too few rows or too few actuals; null when it may be judged.</summary>
    public static Judgement? Check(Rule rule, in MetricWindow window)
    {
        if (window.SampleSize < rule.MinSamples)
            return Judgement.Neutral(new(ReasonKind.HeldByMinSamples, Count: window.SampleSize, Needed: rule.MinSamples));
        if (window.Completeness < rule.Complete)
            return Judgement.Neutral(new(ReasonKind.HeldByCompleteness, window.Completeness.Value, rule.Complete));
        return null;
    }
}
