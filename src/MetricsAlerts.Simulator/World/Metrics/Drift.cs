namespace MetricsAlerts.Simulator.World.Metrics;

/// <summary>
/// Distances between distributions. Sources: psi: N. Siddiqi, "Credit Risk Scorecards", Wiley 2006, ch. 8. Kullback–Leibler and
/// Jensen–Shannon: J. Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Transactions on Information Theory 37 (1991).
/// Hellinger and dissimilarity (total variation): A. L. Gibbs, F. E. Su, "On Choosing and Bounding Probability Metrics",
/// International Statistical Review 70 (2002).
/// </summary>
internal static class Drift
{
    private const int Bins = 10;
    private const double Limit = 8;
    private const int Steps = 400;

    /// <summary>The metric that the API calls so.</summary>
    public static DriftMetric Named(string name) => name switch
    {
        "psi" => DriftMetric.Psi,
        "kl_divergence" => DriftMetric.KullbackLeibler,
        "dissimilarity" => DriftMetric.Dissimilarity,
        "hellinger" => DriftMetric.Hellinger,
        "js_divergence" => DriftMetric.JensenShannon,
        _ => throw new ArgumentException($"The drift metric '{name}' is not known.", nameof(name)),
    };

    /// <summary>The number of values in each of ten bins from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static long[] Histogram(IEnumerable<double> values, double least, double most)
    {
        var histogram = new long[Bins];
        foreach (var value in values)
            histogram[Math.Clamp((int)((value - least) / (most - least) * Bins), 0, Bins - 1)]++;
        return histogram;
    }

    /// <summary>The distance of a histogram from the one before; empty bins count as half a row; null where one has no rows.</summary>
    public static double? Between(DriftMetric metric, long[] now, long[] before)
    {
        var (rows, rowsBefore) = (now.Sum(), before.Sum());
        if (rows == 0 || rowsBefore == 0)
            return null;
        return Between(metric, Shares(now), Shares(before));
    }

    /// <summary>The distance of distributions that give their bins these shares, none of them 0.</summary>
    public static double Between(DriftMetric metric, double[] now, double[] before) => metric switch
    {
        DriftMetric.Psi => Sum(now, before, (p, q) => (p - q) * Math.Log(p / q)),
        DriftMetric.KullbackLeibler => Divergence(now, before),
        DriftMetric.Dissimilarity => Sum(now, before, (p, q) => Math.Abs(p - q)) / 2,
        DriftMetric.Hellinger => Math.Sqrt(Math.Max(0, 1 - Sum(now, before, (p, q) => Math.Sqrt(p * q)))),
        DriftMetric.JensenShannon => (Divergence(now, Middle(now, before)) + Divergence(before, Middle(now, before))) / 2,
        _ => throw new ArgumentOutOfRangeException(nameof(metric)),
    };

    /// <summary>
    /// What the metric is where the psi is <paramref name="psi"/>, for a feature that is normal and whose mean alone moved: then the
    /// psi is the square of how far it moved in standard deviations.
    /// </summary>
    public static double OfShift(DriftMetric metric, double psi)
    {
        if (metric == DriftMetric.Psi || psi <= 0)
            return psi;
        var shift = Math.Sqrt(psi);
        var width = ((2 * Limit) + shift) / Steps;
        var places = Enumerable.Range(0, Steps).Select(step => -Limit + ((step + 0.5) * width)).ToArray();
        return Between(metric, Normal(places, shift), Normal(places, 0));
    }

    private static double[] Normal(double[] places, double mean)
    {
        var densities = places.Select(place => Math.Exp(-(place - mean) * (place - mean) / 2)).ToArray();
        var sum = densities.Sum();
        return [.. densities.Select(density => density / sum)];
    }

    private static double[] Shares(long[] histogram)
    {
        var filled = histogram.Select(rows => Math.Max(0.5, rows)).ToArray();
        var sum = filled.Sum();
        return [.. filled.Select(rows => rows / sum)];
    }

    private static double[] Middle(double[] one, double[] other) => [.. one.Zip(other, (p, q) => (p + q) / 2)];

    private static double Divergence(double[] now, double[] before) => Sum(now, before, (p, q) => p * Math.Log(p / q));

    private static double Sum(double[] now, double[] before, Func<double, double, double> term)
    {
        var sum = 0.0;
        for (var bin = 0; bin < now.Length; bin++)
            sum += term(now[bin], before[bin]);
        return sum;
    }
}
