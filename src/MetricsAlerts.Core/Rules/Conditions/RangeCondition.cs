using MetricsAlerts.Formats;

namespace MetricsAlerts.Rules.Conditions;

/// <summary>A range of values, ends included.</summary>
public readonly record struct ValueRange(double Low, double High)
{
    /// <summary>As YAML.</summary>
    public string ToYaml() => $"[{Numbers.Format(Low)}, {Numbers.Format(High)}]";
}

/// <summary><c>outside</c> and <c>inside</c>: the value is strictly outside, or strictly inside, a range. At an end it has recovered.</summary>
/// <param name="IsInside">Whether being inside is bad.</param>
/// <param name="Single">The range of a single level.</param>
/// <param name="Warning">The range of the warning level.</param>
/// <param name="Critical">The range of the critical level.</param>
public sealed record RangeCondition(bool IsInside, ValueRange? Single, ValueRange? Warning = null, ValueRange? Critical = null) : Condition
{
    /// <inheritdoc/>
    public override bool NamesItsLevels => Single is null;

    /// <inheritdoc/>
    public override Severity LowestLevel(Severity singleLevel) => Single is not null ? singleLevel : Warning is not null ? Severity.Warning : Severity.Critical;

    /// <inheritdoc/>
    public override Judgement Judge(in WindowContext context)
    {
        var value = context.Window.Value!.Value;
        if (Critical is { } critical && Breaches(value, critical))
            return new(true, Severity.Critical, Severity.Critical, EvaluationReason.Breaching(value, NearestEnd(value, critical)));
        var lowest = Single ?? Warning ?? Critical!.Value;
        var nearest = NearestEnd(value, lowest);
        return Breaches(value, lowest) && (Single ?? Warning) is not null
            ? new(true, LowestLevel(context.SingleLevel), LowestLevel(context.SingleLevel), EvaluationReason.Breaching(value, nearest))
            : Judgement.Good(EvaluationReason.NotBreaching(value, nearest));
    }

    /// <inheritdoc/>
    public override IEnumerable<(Severity Level, double Value)> Thresholds(Severity singleLevel)
    {
        foreach (var (level, range) in (ReadOnlySpan<(Severity, ValueRange?)>)[(singleLevel, Single), (Severity.Warning, Warning), (Severity.Critical, Critical)])
        {
            if (range is { } ends)
                return [(level, ends.Low), (level, ends.High)];
        }

        return [];
    }

    /// <inheritdoc/>
    public override string ToYaml()
    {
        var name = IsInside ? "inside" : "outside";
        if (Single is { } single)
            return $"{{ {name}: {single.ToYaml()} }}";
        var levels = new List<string>();
        if (Warning is { } warning)
            levels.Add($"warning: {warning.ToYaml()}");
        if (Critical is { } critical)
            levels.Add($"critical: {critical.ToYaml()}");
        return $"{{ {name}: {{ {string.Join(", ", levels)} }} }}";
    }

    private bool Breaches(double value, ValueRange range) =>
        IsInside ? value > range.Low && value < range.High : value < range.Low || value > range.High;

    private static double NearestEnd(double value, ValueRange range) => Math.Abs(value - range.Low) <= Math.Abs(value - range.High) ? range.Low : range.High;
}
