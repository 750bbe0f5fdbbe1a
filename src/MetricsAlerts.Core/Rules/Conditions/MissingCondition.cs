using MetricsAlerts.Formats;

namespace MetricsAlerts.Rules.Conditions;

/// <summary><c>missingFor</c>: there has been no value for this long, counted from the end of the last window that had one.</summary>
public sealed record MissingCondition(TimeSpan For) : Condition
{
    /// <inheritdoc/>
    public override bool JudgesMissing => true;

    /// <inheritdoc/>
    public override int FirstWindows(TimeSpan bucket) => (int)Math.Min(CompiledRule.MaxContextWindows, (For.Ticks / bucket.Ticks) + 1);

    /// <inheritdoc/>
    public override Judgement Judge(in WindowContext context)
    {
        if (context.Window.Value is { } value)
            return Judgement.Good(EvaluationReason.NotBreaching(value, value));
        var missing = context.Window.End - context.LastValueEnd;
        var reason = new EvaluationReason(ReasonKind.Missing, missing.TotalSeconds, For.TotalSeconds);
        return missing >= For
            ? new(true, context.SingleLevel, context.SingleLevel, reason)
            : new(true, Severity.None, context.SingleLevel, reason);
    }

    /// <inheritdoc/>
    public override string ToYaml() => $"{{ missingFor: {Durations.Format(For)} }}";
}
