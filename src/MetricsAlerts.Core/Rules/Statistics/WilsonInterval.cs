namespace MetricsAlerts.Rules.Statistics;

/// <summary>
/// The Wilson score interval of a proportion: with p observed on n rows and z the normal quantile of the two-sided confidence,
/// <c>(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)</c>.
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
/// Journal of the American Statistical Association 22 (1927), 209–212.
/// </summary>
/// <param name="Low">Lower end, 0 to 1.</param>
/// <param name="High">Upper end, 0 to 1.</param>
public readonly record struct WilsonInterval(double Low, double High)
{
    /// <summary>The interval of <paramref name="proportion"/> (0 to 1) observed on <paramref name="sampleSize"/> rows; without rows it is everything.</summary>
    /// <param name="proportion">The observed share.</param>
    /// <param name="sampleSize">The rows.</param>
    /// <param name="z">The normal quantile of the confidence, see <see cref="ZScore"/>.</param>
    public static WilsonInterval Of(double proportion, long sampleSize, double z)
    {
        if (sampleSize <= 0)
            return new(0, 1);
        var n = (double)sampleSize;
        var z2 = z * z;
        var centre = proportion + (z2 / (2 * n));
        var spread = z * Math.Sqrt((proportion * (1 - proportion) / n) + (z2 / (4 * n * n)));
        var scale = 1 + (z2 / n);
        return new((centre - spread) / scale, (centre + spread) / scale);
    }

    /// <summary>The normal quantile that belongs to a two-sided confidence strictly between 0 and 1: 1.96 for 95 %.</summary>
    public static double ZScore(double confidence) => NormalQuantile.Of(0.5 + (confidence / 2));
}
