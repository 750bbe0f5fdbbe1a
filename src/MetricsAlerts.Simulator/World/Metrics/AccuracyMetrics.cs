namespace MetricsAlerts.Simulator.World.Metrics;

/// <summary>Accuracy metrics by the names that DataRobot gives them.</summary>
public static class AccuracyMetrics
{
    /// <summary>The metric over <paramref name="rows"/>; null when it is not defined for them.</summary>
    /// <exception cref="ArgumentException">The metric is not computed here.</exception>
    public static double? Compute(string metric, IReadOnlyList<ScoredRow> rows)
    {
        if (rows.Count == 0)
            return null;
        var value = metric switch
        {
            "Accuracy" => Confusion.Of(rows).Accuracy,
            "Balanced Accuracy" => Confusion.Of(rows).BalancedAccuracy,
            "TPR" => Confusion.Of(rows).TruePositiveRate,
            "FPR" => Confusion.Of(rows).FalsePositiveRate,
            "TNR" => Confusion.Of(rows).TrueNegativeRate,
            "PPV" => Confusion.Of(rows).PositivePredictiveValue,
            "NPV" => Confusion.Of(rows).NegativePredictiveValue,
            "F1" => Confusion.Of(rows).F1,
            "MCC" => Confusion.Of(rows).MatthewsCorrelation,
            "AUC" => Ranking.AreaUnderCurve(rows),
            "Gini Norm" => Ranking.NormalizedGini(rows),
            "Kolmogorov-Smirnov" => Ranking.KolmogorovSmirnov(rows),
            "Rate@Top5%" => Ranking.RateAtTop(rows, 0.05),
            "Rate@Top10%" => Ranking.RateAtTop(rows, 0.10),
            "LogLoss" => Deviance.LogLoss(rows),
            "FVE Binomial" => Deviance.ExplainedBy(Deviance.LogLoss, rows),
            "MAE" => Errors.MeanAbsolute(rows),
            "MAD" => Errors.MedianAbsolute(rows),
            "MAPE" => Errors.MeanAbsolutePercentage(rows),
            "RMSE" => Errors.RootMeanSquare(rows),
            "RMSLE" => Errors.RootMeanSquareLogarithmic(rows),
            "R Squared" => Errors.RSquared(rows),
            "Gamma Deviance" => Deviance.Gamma(rows),
            "Poisson Deviance" => Deviance.Poisson(rows),
            "Tweedie Deviance" => Deviance.Tweedie(rows),
            "FVE Gamma" => Deviance.ExplainedBy(Deviance.Gamma, rows),
            "FVE Poisson" => Deviance.ExplainedBy(Deviance.Poisson, rows),
            "FVE Tweedie" => Deviance.ExplainedBy(Deviance.Tweedie, rows),
            _ => throw new ArgumentException($"The accuracy metric '{metric}' is not computed here.", nameof(metric)),
        };
        return value is { } number && double.IsFinite(number) ? number : null;
    }

    /// <summary>Whether the metric over several groups of rows is the mean of those of the groups, weighted by their rows.</summary>
    public static bool IsMeanOverRows(string metric) => metric is "Accuracy" or "LogLoss" or "MAE";
}
