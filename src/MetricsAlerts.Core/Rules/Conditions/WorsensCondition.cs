using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Rules.Conditions;

/// <summary>What a value is compared with.</summary>
public enum Reference : byte
{
    /// <summary>The source's baseline.</summary>
    Baseline,

    /// <summary>The last earlier window that has a value.</summary>
    Previous,

    /// <summary>The window 24 hours earlier.</summary>
    SameHourYesterday,

    /// <summary>The window 7 days earlier.</summary>
    SameHourLastWeek,
}

/// <summary>
/// <c>worsensBy</c>: the value is worse than a reference by more than a share of the reference's magnitude, or by more than an amount.
/// Which way is worse comes from the metric catalogue, or from <paramref name="Better"/>.
/// </summary>
/// <param name="By">The thresholds, as fractions (0.1 for 10 %) or amounts.</param>
/// <param name="IsPercent">Whether they are fractions of the reference.</param>
/// <param name="Versus">What is compared with.</param>
/// <param name="Better">Which way is better; <see cref="Direction.Unknown"/> to take the catalogue's word.</param>
public sealed record WorsensCondition(Levels By, bool IsPercent, Reference Versus, Direction Better = Direction.Unknown) : Condition
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public override bool NamesItsLevels => By.Single is null;

    /// <inheritdoc/>
    public override Severity LowestLevel(Severity singleLevel) => By.Single is not null ? singleLevel : By.Warning is not null ? Severity.Warning : Severity.Critical;

    /// <inheritdoc/>
    public override int Reach(TimeSpan bucket) => Versus switch
    {
        Reference.Previous => 24,
        Reference.SameHourYesterday => (int)Math.Max(1, Day.Ticks / bucket.Ticks),
        Reference.SameHourLastWeek => (int)Math.Max(1, 7 * Day.Ticks / bucket.Ticks),
        _ => 0,
    };

    /// <inheritdoc/>
    public override Judgement Judge(in WindowContext context)
    {
        var value = context.Window.Value!.Value;
        var direction = Better == Direction.Unknown ? context.Metric.Direction : Better;
        if (FindReference(context) is not { } reference || direction == Direction.Unknown || (IsPercent && reference == 0))
            return Judgement.Neutral(new(ReasonKind.NoReference, value));

        var worse = direction == Direction.HigherIsBetter ? reference - value : value - reference;
        var change = IsPercent ? worse / Math.Abs(reference) : worse;
        var lowest = By.Single ?? By.Warning ?? By.Critical!.Value;
        if (By.Critical is { } critical && change > critical)
            return new(true, Severity.Critical, Severity.Critical, EvaluationReason.Breaching(value, Threshold(reference, critical, direction)));
        return change > lowest
            ? new(true, LowestLevel(context.SingleLevel), LowestLevel(context.SingleLevel), EvaluationReason.Breaching(value, Threshold(reference, lowest, direction)))
            : Judgement.Good(EvaluationReason.NotBreaching(value, Threshold(reference, lowest, direction)));
    }

    /// <inheritdoc/>
    public override string ToYaml()
    {
        var by = !IsPercent ? By.ToYaml()
            : By.Single is { } single ? Percentages.Format(single)
            : $"{{ {string.Join(", ", new[] { ("warning", By.Warning), ("critical", By.Critical) }.Where(level => level.Item2 is not null).Select(level => $"{level.Item1}: {Percentages.Format(level.Item2!.Value)}"))} }}";
        var versus = char.ToLowerInvariant(Versus.ToString()[0]) + Versus.ToString()[1..];
        var better = Better switch { Direction.HigherIsBetter => ", better: higher", Direction.LowerIsBetter => ", better: lower", _ => "" };
        return $"{{ worsensBy: {by}, versus: {versus}{better} }}";
    }

    private double Threshold(double reference, double by, Direction direction)
    {
        var amount = IsPercent ? Math.Abs(reference) * by : by;
        return direction == Direction.HigherIsBetter ? reference - amount : reference + amount;
    }

    private double? FindReference(in WindowContext context)
    {
        switch (Versus)
        {
            case Reference.Baseline:
                return context.Window.Baseline;
            case Reference.Previous when context.PreviousValue is { } previous:
                return previous;
            case Reference.Previous:
                for (var i = context.History.Length - 2; i >= 0; i--)
                {
                    if (context.History[i].Value is { } value)
                        return value;
                }

                return null;
            default:
                var start = context.Window.Start - (Versus == Reference.SameHourYesterday ? Day : 7 * Day);
                for (var i = context.History.Length - 2; i >= 0 && context.History[i].Start >= start; i--)
                {
                    if (context.History[i].Start == start)
                        return context.History[i].Value;
                }

                return null;
        }
    }
}
