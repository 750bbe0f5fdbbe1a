using MetricsAlerts.Metrics;
using MetricsAlerts.Rules.Yaml;

namespace MetricsAlerts.Rules.Conditions;

/// <summary>A condition on a metric of the same instance and window.</summary>
/// <param name="Metric">The metric; null for the rule's own.</param>
/// <param name="Condition">The condition.</param>
public sealed record CombinedPart(string? Metric, Condition Condition);

/// <summary>
/// <c>all</c> and <c>any</c>: conditions over metrics of the same instance and window. A part without a value says nothing: <c>all</c> is
/// then open unless another part is good, <c>any</c> unless another part breaches.
/// </summary>
/// <param name="IsAll">Whether every part must breach.</param>
/// <param name="Parts">The parts.</param>
public sealed record CombinedCondition(bool IsAll, IReadOnlyList<CombinedPart> Parts) : Condition
{
    /// <inheritdoc/>
    public override bool JudgesMissing => true;

    /// <inheritdoc/>
    public override bool NamesItsLevels => Parts.All(part => part.Condition.NamesItsLevels);

    /// <inheritdoc/>
    public override Severity LowestLevel(Severity singleLevel) => Parts.Min(part => part.Condition.LowestLevel(singleLevel));

    /// <inheritdoc/>
    public override int Reach(TimeSpan bucket) => Parts.Max(part => part.Condition.Reach(bucket));

    /// <inheritdoc/>
    public override IEnumerable<string> OtherMetrics => Parts.Where(part => part.Metric is not null).Select(part => part.Metric!).Distinct(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Judgement Judge(in WindowContext context)
    {
        var isOpen = false;
        var decided = default(Judgement);
        foreach (var part in Parts)
        {
            var judgement = Judge(part, context);
            if (!judgement.Counts)
                isOpen = true;
            else if (!decided.Counts || (IsAll ? judgement.Breach < decided.Breach : judgement.Breach > decided.Breach))
                decided = judgement with { Hold = !decided.Counts ? judgement.Hold : Pick(judgement.Hold, decided.Hold) };
            else
                decided = decided with { Hold = Pick(judgement.Hold, decided.Hold) };
        }

        if (!isOpen || (decided.Counts && (IsAll ? decided.Hold == Severity.None : decided.Breach != Severity.None)))
            return decided with { Hold = decided.Hold > decided.Breach ? decided.Hold : decided.Breach };
        return Judgement.Neutral(EvaluationReason.NoValue);
    }

    /// <inheritdoc/>
    public override string ToYaml() =>
        $"{{ {(IsAll ? "all" : "any")}: [{string.Join(", ", Parts.Select(part => part.Metric is { } metric ? $"{{ metric: {YamlText.Scalar(metric)}, {part.Condition.ToYaml()[2..]}" : part.Condition.ToYaml()))}] }}";

    /// <inheritdoc/>
    public bool Equals(CombinedCondition? other) => other is not null && IsAll == other.IsAll && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => ToYaml().GetHashCode(StringComparison.Ordinal);

    private Severity Pick(Severity one, Severity other) => IsAll ? (one < other ? one : other) : one > other ? one : other;

    private static Judgement Judge(CombinedPart part, in WindowContext context)
    {
        if (part.Metric is not { } metric || metric == context.Metric.Name)
            return JudgeValued(part.Condition, context);
        var windows = context.Others.Until(new SeriesName(metric, context.Rule.Bucket), context.Window.Start);
        return windows.IsEmpty ? Judgement.Neutral(EvaluationReason.NoValue) : JudgeValued(part.Condition, context.On(windows, MetricCatalogue.Find(metric)));
    }

    private static Judgement JudgeValued(Condition condition, in WindowContext context) => context.Window.Value is null
        ? Judgement.Neutral(EvaluationReason.NoValue)
        : SampleGate.Check(context.Rule, context.Window) ?? condition.Judge(context);
}
