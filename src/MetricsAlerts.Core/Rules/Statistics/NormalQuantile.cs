namespace MetricsAlerts.Rules.Statistics;

/// <summary>
/// The quantile function of the standard normal distribution, by P. J. Acklam's rational approximation (relative error below 1.15e-9).
/// Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function" (2003).
/// </summary>
public static class NormalQuantile
{
    private static readonly double[] A = [-3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00];
    private static readonly double[] B = [-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1];
    private static readonly double[] C = [-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00];
    private static readonly double[] D = [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1];

    /// <summary>The z with P(Z ≤ z) = <paramref name="probability"/>, which lies strictly between 0 and 1.</summary>
    public static double Of(double probability)
    {
        const double tail = 0.02425;
        if (probability < tail)
            return LowerTail(probability);
        if (probability > 1 - tail)
            return -LowerTail(1 - probability);
        var q = probability - 0.5;
        var r = q * q;
        return Polynomial(A, r) * q / Polynomial(B, r);
    }

    private static double LowerTail(double probability)
    {
        var q = Math.Sqrt(-2 * Math.Log(probability));
        return Polynomial(C, q) / Polynomial(D, q);
    }

    private static double Polynomial(ReadOnlySpan<double> coefficients, double x)
    {
        var sum = 0.0;
        foreach (var coefficient in coefficients)
            sum = (sum * x) + coefficient;
        return sum;
    }
}
