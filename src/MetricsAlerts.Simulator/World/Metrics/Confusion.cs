namespace MetricsAlerts.Simulator.World.Metrics;

/// <summary>
/// How often a classifier that says 1 from a probability of one half on is right and wrong. Source of the rates: T. Fawcett, "An
/// introduction to ROC analysis", Pattern Recognition Letters 27 (2006).
/// </summary>
internal readonly record struct Confusion(long TruePositives, long FalsePositives, long TrueNegatives, long FalseNegatives)
{
    private const double Threshold = 0.5;

    public double? Accuracy => Ratio(TruePositives + TrueNegatives, TruePositives + TrueNegatives + FalsePositives + FalseNegatives);

    public double? TruePositiveRate => Ratio(TruePositives, TruePositives + FalseNegatives);

    public double? FalsePositiveRate => Ratio(FalsePositives, FalsePositives + TrueNegatives);

    public double? TrueNegativeRate => Ratio(TrueNegatives, FalsePositives + TrueNegatives);

    public double? PositivePredictiveValue => Ratio(TruePositives, TruePositives + FalsePositives);

    public double? NegativePredictiveValue => Ratio(TrueNegatives, TrueNegatives + FalseNegatives);

    public double? F1 => Ratio(2 * TruePositives, (2 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>The mean of the rates of both classes.</summary>
    public double? BalancedAccuracy => (TruePositiveRate + TrueNegativeRate) / 2;

    /// <summary>
    /// Source: B. W. Matthews, "Comparison of the predicted and observed secondary structure of T4 phage lysozyme", Biochimica et
    /// Biophysica Acta 405 (1975).
    /// </summary>
    public double? MatthewsCorrelation
    {
        get
        {
            var product = (double)(TruePositives + FalsePositives) * (TruePositives + FalseNegatives) *
                (TrueNegatives + FalsePositives) * (TrueNegatives + FalseNegatives);
            var difference = ((double)TruePositives * TrueNegatives) - ((double)FalsePositives * FalseNegatives);
            return product == 0 ? null : difference / Math.Sqrt(product);
        }
    }

    public static Confusion Of(IReadOnlyList<ScoredRow> rows)
    {
        var (truePositives, falsePositives, trueNegatives, falseNegatives) = (0L, 0L, 0L, 0L);
        foreach (var (predicted, actual) in rows)
        {
            switch (predicted >= Threshold, actual > 0)
            {
                case (true, true):
                    truePositives++;
                    break;
                case (true, false):
                    falsePositives++;
                    break;
                case (false, false):
                    trueNegatives++;
                    break;
                case (false, true):
                    falseNegatives++;
                    break;
            }
        }

        return new(truePositives, falsePositives, trueNegatives, falseNegatives);
    }

    private static double? Ratio(long part, long whole) => whole == 0 ? null : part / (double)whole;
}
