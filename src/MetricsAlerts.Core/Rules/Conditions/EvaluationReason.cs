using MetricsAlerts.Formats;

namespace MetricsAlerts.Rules.Conditions;

/// <summary>What an evaluation found.</summary>
public enum ReasonKind : byte
{
    /// <summary>The rule was not evaluated.</summary>
    None,

    /// <summary>The window has no value.</summary>
    NoValue,

    /// <summary>The window has fewer rows than the rule's <c>minSamples</c>.</summary>
    HeldByMinSamples,

    /// <summary>Too few of the window's actuals have arrived for the rule's <c>complete</c>.</summary>
    HeldByCompleteness,

    /// <summary>The value is past the threshold, but its confidence interval is not.</summary>
    HeldByEvidence,

    /// <summary>There is nothing to compare the value with (yet).</summary>
    NoReference,

    /// <summary>The value is on the good side.</summary>
    NotBreaching,

    /// <summary>The value is past the threshold.</summary>
    Breaching,

    /// <summary>The value is past the threshold, but not yet for long enough.</summary>
    Waiting,

    /// <summary>The alert is open and the value has recovered, but not yet for long enough.</summary>
    Recovering,

    /// <summary>The alert is open and the value lies between threshold and recover level.</summary>
    Between,

    /// <summary>There has been no value for a while.</summary>
    Missing,
}

/// <summary>Why an evaluation ended as it did: a value that tests assert, logs show and <c>explain</c> prints.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Value">The window's value, or the lower end of its interval.</param>
/// <param name="Threshold">What it was compared with, or the upper end of its interval.</param>
/// <param name="Count">Windows or rows counted.</param>
/// <param name="Needed">Windows or rows needed.</param>
public readonly record struct EvaluationReason(ReasonKind Kind, double Value = 0, double Threshold = 0, long Count = 0, long Needed = 0)
{
    /// <summary>The window has no value.</summary>
    public static EvaluationReason NoValue => new(ReasonKind.NoValue);

    /// <summary>The value is past the threshold.</summary>
    public static EvaluationReason Breaching(double value, double threshold) => new(ReasonKind.Breaching, value, threshold);

    /// <summary>The value is on the good side of the threshold.</summary>
    public static EvaluationReason NotBreaching(double value, double threshold) => new(ReasonKind.NotBreaching, value, threshold);

    /// <summary>The reason as one readable word with its numbers.</summary>
    public override string ToString() => Kind switch
    {
        ReasonKind.HeldByMinSamples => $"HeldByMinSamples({Count} of {Needed} rows)",
        ReasonKind.HeldByCompleteness => $"HeldByCompleteness({Percentages.Format(Value)} of {Percentages.Format(Threshold)})",
        ReasonKind.HeldByEvidence => $"HeldByEvidence({Both("…")}, n={Count})",
        ReasonKind.NotBreaching or ReasonKind.Breaching or ReasonKind.Between => $"{Kind}({Both(", ")})",
        ReasonKind.Waiting => Needed == 0 ? "Waiting" : $"Waiting({Count} of {Needed})",
        ReasonKind.Recovering => Needed == 0 ? "Recovering" : $"Recovering({Count} of {Needed})",
        ReasonKind.Missing => $"Missing({Durations.Format(TimeSpan.FromSeconds(Value))})",
        _ => Kind.ToString(),
    };

    private string Both(string separator)
    {
        var (value, threshold) = Numbers.Apart(Value, Threshold);
        return $"{value}{separator}{threshold}";
    }
}
