namespace MetricsAlerts.Simulator.World.Metrics;

/// <summary>
/// How far what came true is from what a distribution around the prediction would expect. Source: P. McCullagh, J. A. Nelder,
/// "Generalized Linear Models", 2nd ed., Chapman and Hall 1989, ch. 2.3; Tweedie: B. Jørgensen, "The Theory of Dispersion Models",
/// Chapman and Hall 1997, ch. 4.
/// </summary>
internal static class Deviance
{
    /// <summary>The power of the variance; between 1 (Poisson) and 2 (gamma).</summary>
    private const double Power = 1.5;

    private const double Epsilon = 1e-15;

    /// <summary>Mean of −ln of the probability given to what came true, probabilities kept 1e-15 from 0 and 1.</summary>
    public static double? LogLoss(IReadOnlyList<ScoredRow> rows)
    {
        var sum = 0.0;
        foreach (var (predicted, actual) in rows)
            sum -= Math.Log(Math.Clamp(actual > 0 ? predicted : 1 - predicted, Epsilon, 1));
        return sum / rows.Count;
    }

    /// <summary>2 · mean of (y − μ) / μ − ln(y / μ); only for numbers above 0.</summary>
    public static double? Gamma(IReadOnlyList<ScoredRow> rows) => rows.All(row => row is { Predicted: > 0, Actual: > 0 })
        ? 2 * rows.Average(row => ((row.Actual - row.Predicted) / row.Predicted) - Math.Log(row.Actual / row.Predicted))
        : null;

    /// <summary>2 · mean of y · ln(y / μ) − (y − μ); only for predictions above 0 and actuals from 0 on.</summary>
    public static double? Poisson(IReadOnlyList<ScoredRow> rows) => rows.All(row => row is { Predicted: > 0, Actual: >= 0 })
        ? 2 * rows.Average(
            row => (row.Actual == 0 ? 0 : row.Actual * Math.Log(row.Actual / row.Predicted)) - (row.Actual - row.Predicted))
        : null;

    /// <summary>
    /// 2 · mean of y^(2−p) / ((1−p)(2−p)) − y · μ^(1−p) / (1−p) + μ^(2−p) / (2−p) with p = 1.5; for predictions above 0 and actuals
    /// from 0 on.
    /// </summary>
    public static double? Tweedie(IReadOnlyList<ScoredRow> rows) => rows.All(row => row is { Predicted: > 0, Actual: >= 0 })
        ? 2 * rows.Average(
            row => (Math.Pow(row.Actual, 2 - Power) / ((1 - Power) * (2 - Power)))
                - (row.Actual * Math.Pow(row.Predicted, 1 - Power) / (1 - Power))
                + (Math.Pow(row.Predicted, 2 - Power) / (2 - Power)))
        : null;

    /// <summary>
    /// The fraction of the deviance that the model explains: one less its deviance over that of always predicting the mean. Source:
    /// A. C. Cameron, F. A. G. Windmeijer, "An R-squared measure of goodness of fit for some common nonlinear regression models",
    /// Journal of Econometrics 77 (1997).
    /// </summary>
    public static double? ExplainedBy(Func<IReadOnlyList<ScoredRow>, double?> deviance, IReadOnlyList<ScoredRow> rows)
    {
        var mean = rows.Average(row => row.Actual);
        var ofMeans = deviance([.. rows.Select(row => row with { Predicted = mean })]);
        return deviance(rows) is { } own && ofMeans is { } ofMean && ofMean > Epsilon
            ? 1 - (own / ofMean)
            : null;
    }
}
