using MetricsAlerts.Rules.Statistics;

namespace MetricsAlerts.Rules.Conditions;

/// <summary>Which side of a threshold is bad.</summary>
public enum Side : byte
{
    /// <summary>A value below the threshold breaches.</summary>
    Below,

    /// <summary>A value above the threshold breaches.</summary>
    Above,
}

/// <summary><c>below</c> and <c>above</c>: the value is strictly past a threshold, at one level or two.</summary>
/// <param name="Side">Which side is bad.</param>
/// <param name="Levels">The thresholds.</param>
/// <param name="Recover">
/// The values at or past which a level has recovered; a level without one recovers at its threshold. A single number belongs to the lowest level.
/// </param>
public sealed record ThresholdCondition(Side Side, Levels Levels, Levels Recover = default) : Condition
{
    /// <inheritdoc/>
    public override bool NamesItsLevels => Levels.Single is null;

    /// <inheritdoc/>
    public override Severity LowestLevel(Severity singleLevel) =>
        Levels.Single is not null ? singleLevel : Levels.Warning is not null ? Severity.Warning : Severity.Critical;

    /// <inheritdoc/>
    public override bool SupportsConfidence => true;

    /// <inheritdoc/>
    public override Judgement Judge(in WindowContext context)
    {
        var value = context.Window.Value!.Value;
        var lowest = Levels.Single ?? Levels.Warning ?? Levels.Critical!.Value;
        if (Levels.Critical is { } critical && IsPast(context, value, critical))
            return new(true, Severity.Critical, Severity.Critical, EvaluationReason.Breaching(value, critical));

        var lowestLevel = LowestLevel(context.SingleLevel);
        var breach = IsPast(context, value, lowest) ? lowestLevel : Severity.None;
        var hold = Levels.AreTwo && IsUnrecovered(value, Recover.Critical ?? Levels.Critical!.Value) ? Severity.Critical
            : IsUnrecovered(value, (lowestLevel == Severity.Critical ? Recover.Critical : Recover.Warning) ?? Recover.Single ?? lowest) ? lowestLevel
            : Severity.None;
        return new(true, breach, hold > breach ? hold : breach, Explain(context, value, lowest, breach, hold));
    }

    private bool IsPast(in WindowContext context, double value, double threshold)
    {
        if (!IsUnrecovered(value, threshold))
            return false;
        if (context.ZScore == 0)
            return true;
        var interval = WilsonInterval.Of(value, context.Window.SampleSize, context.ZScore);
        return Side == Side.Below ? interval.High < threshold : interval.Low > threshold;
    }

    private bool IsUnrecovered(double value, double level) => Side == Side.Below ? value < level : value > level;

    private EvaluationReason Explain(in WindowContext context, double value, double threshold, Severity breach, Severity hold)
    {
        if (breach != Severity.None)
            return EvaluationReason.Breaching(value, threshold);
        if (context.ZScore > 0 && IsUnrecovered(value, threshold))
        {
            var interval = WilsonInterval.Of(value, context.Window.SampleSize, context.ZScore);
            return new(ReasonKind.HeldByEvidence, interval.Low, interval.High, context.Window.SampleSize);
        }

        return hold == Severity.None ? EvaluationReason.NotBreaching(value, threshold) : new(ReasonKind.Between, value, threshold);
    }

    /// <inheritdoc/>
    public override IEnumerable<(Severity Level, double Value)> Thresholds(Severity singleLevel)
    {
        if (Levels.Single is { } single)
            yield return (singleLevel, single);
        if (Levels.Warning is { } warning)
            yield return (Severity.Warning, warning);
        if (Levels.Critical is { } critical)
            yield return (Severity.Critical, critical);
    }

    /// <inheritdoc/>
    public override string ToYaml()
    {
        var (name, recover) = Side == Side.Below ? ("below", "recoverAbove") : ("above", "recoverBelow");
        return Recover == default ? $"{{ {name}: {Levels.ToYaml()} }}" : $"{{ {name}: {Levels.ToYaml()}, {recover}: {Recover.ToYaml()} }}";
    }
}
