using System.Buffers;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules.Statistics;

namespace MetricsAlerts.Rules.Conditions;

/// <summary>How readily a value is called unusual: the probability with which a normally distributed one would be.</summary>
public enum Sensitivity : byte
{
    /// <summary>One value in 100,000.</summary>
    Low,

    /// <summary>One value in 1,000.</summary>
    Medium,

    /// <summary>One value in 100.</summary>
    High,
}

/// <summary>
/// <c>unusual</c>: the value is further from the median of its season than chance explains. The distance is measured in robust standard
/// deviations, 1.4826 · MAD (P. J. Rousseeuw, C. Croux, "Alternatives to the median absolute deviation", JASA 88 (1993)).
/// The season is the hour of the week once the history spans three weeks, the hour of the day from three days on, and the whole history before.
/// Only the worse side counts where the metric has a direction.
/// </summary>
/// <param name="Sensitivity">How readily.</param>
/// <param name="MinDeviation">The least distance from the median that matters, in the metric's unit; null for 2 % of the median's magnitude.</param>
public sealed record UnusualCondition(Sensitivity Sensitivity, double? MinDeviation = null) : Condition
{
    private const int MinHistory = 8;
    private const int MinSeason = 3;
    private const double RobustScale = 1.4826;
    private const double DefaultMinDeviation = 0.02;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Robust standard deviations from the median at which a value is unusual.</summary>
    public double Limit { get; } = NormalQuantile.Of(1 - (Sensitivity switch { Sensitivity.Low => 1e-5, Sensitivity.Medium => 1e-3, _ => 1e-2 } / 2));

    /// <inheritdoc/>
    public override int Reach(TimeSpan bucket) => (int)Math.Max(MinHistory, 4 * Week.Ticks / bucket.Ticks);

    /// <inheritdoc/>
    public override Judgement Judge(in WindowContext context)
    {
        var value = context.Window.Value!.Value;
        var buffer = ArrayPool<double>.Shared.Rent(context.History.Length);
        try
        {
            var season = SeasonOf(context, buffer);
            if (season.Length == 0)
                return Judgement.Neutral(new(ReasonKind.NoReference, value));
            var median = Median(season);
            for (var i = 0; i < season.Length; i++)
                season[i] = Math.Abs(season[i] - median);
            var allowed = Math.Max(Limit * RobustScale * Median(season), MinDeviation ?? (DefaultMinDeviation * Math.Abs(median)));
            return Decide(context, value, median, allowed);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public override string ToYaml()
    {
        var sensitivity = Sensitivity.ToString().ToLowerInvariant();
        return MinDeviation is { } least ? $"{{ unusual: {{ sensitivity: {sensitivity}, minDeviation: {Numbers.Format(least)} }} }}" : $"{{ unusual: {sensitivity} }}";
    }

    private static Judgement Decide(in WindowContext context, double value, double median, double allowed)
    {
        var (low, high) = (median - allowed, median + allowed);
        var isLow = value < low && context.Metric.Direction != Direction.LowerIsBetter;
        var isHigh = value > high && context.Metric.Direction != Direction.HigherIsBetter;
        var threshold = value < median ? low : high;
        return isLow || isHigh
            ? new(true, context.SingleLevel, context.SingleLevel, EvaluationReason.Breaching(value, threshold))
            : Judgement.Good(EvaluationReason.NotBreaching(value, threshold));
    }

    /// <summary>The earlier values that the window is compared with; empty when there are too few.</summary>
    private static Span<double> SeasonOf(in WindowContext context, double[] buffer)
    {
        var earlier = context.History[..^1];
        var first = FirstValue(earlier);
        var span = first < 0 ? TimeSpan.Zero : context.Window.Start - earlier[first].Start;
        var period = span >= 3 * Week ? Week : span >= 3 * Day ? Day : TimeSpan.Zero;
        var count = 0;
        foreach (ref readonly var window in earlier)
        {
            if (window.Value is { } value && (period == TimeSpan.Zero || (context.Window.Start - window.Start).Ticks % period.Ticks == 0))
                buffer[count++] = value;
        }

        return count >= (period == TimeSpan.Zero ? MinHistory : MinSeason) ? buffer.AsSpan(0, count) : [];
    }

    /// <summary>Windows from before the deployment had values are no history.</summary>
    private static int FirstValue(ReadOnlySpan<MetricWindow> windows)
    {
        for (var i = 0; i < windows.Length; i++)
        {
            if (windows[i].Value is not null)
                return i;
        }

        return -1;
    }

    private static double Median(Span<double> values)
    {
        values.Sort();
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
