namespace MetricsAlerts.Rules.Conditions;

/// <summary>What a condition finds in one window.</summary>
/// <param name="Counts">False when the window says neither good nor bad: it counts for neither patience nor recovery.</param>
/// <param name="Breach">The worst level whose threshold the window is past.</param>
/// <param name="Hold">
/// The level that the window keeps an open alert at: a level has recovered when it is above <paramref name="Hold"/>. Never below <paramref name="Breach"/>.
/// </param>
/// <param name="Reason">Why.</param>
public readonly record struct Judgement(bool Counts, Severity Breach, Severity Hold, EvaluationReason Reason)
{
    /// <summary>The window says nothing.</summary>
    public static Judgement Neutral(EvaluationReason reason) => new(false, Severity.None, Severity.None, reason);

    /// <summary>The window is good at every level.</summary>
    public static Judgement Good(EvaluationReason reason) => new(true, Severity.None, Severity.None, reason);
}
