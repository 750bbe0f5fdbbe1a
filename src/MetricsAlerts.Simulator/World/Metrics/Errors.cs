namespace MetricsAlerts.Simulator.World.Metrics;

/// <summary>
/// How far predicted numbers are from what came true. Source: R. J. Hyndman, A. B. Koehler, "Another look at measures of forecast
/// accuracy", International Journal of Forecasting 22 (2006).
/// </summary>
internal static class Errors
{
    public static double? MeanAbsolute(IReadOnlyList<ScoredRow> rows) => rows.Average(row => Math.Abs(row.Actual - row.Predicted));

    /// <summary>The median of the absolute errors; of an even number of rows, the mean of the middle two.</summary>
    public static double? MedianAbsolute(IReadOnlyList<ScoredRow> rows)
    {
        var errors = rows.Select(row => Math.Abs(row.Actual - row.Predicted)).Order().ToArray();
        return (errors[(errors.Length - 1) / 2] + errors[errors.Length / 2]) / 2;
    }

    /// <summary>In percent of the actual; rows whose actual is 0 are left out.</summary>
    public static double? MeanAbsolutePercentage(IReadOnlyList<ScoredRow> rows)
    {
        var defined = rows.Where(row => row.Actual != 0).ToList();
        return defined.Count == 0 ? null : 100 * defined.Average(row => Math.Abs((row.Actual - row.Predicted) / row.Actual));
    }

    public static double? RootMeanSquare(IReadOnlyList<ScoredRow> rows) =>
        Math.Sqrt(rows.Average(row => Square(row.Actual - row.Predicted)));

    /// <summary>The root mean square of ln(1 + actual) − ln(1 + predicted); only for numbers above −1.</summary>
    public static double? RootMeanSquareLogarithmic(IReadOnlyList<ScoredRow> rows) =>
        rows.All(row => row is { Predicted: > -1, Actual: > -1 })
            ? Math.Sqrt(rows.Average(row => Square(Math.Log(1 + row.Actual) - Math.Log(1 + row.Predicted))))
            : null;

    /// <summary>One less the squared errors over those of always predicting the mean.</summary>
    public static double? RSquared(IReadOnlyList<ScoredRow> rows)
    {
        var mean = rows.Average(row => row.Actual);
        var total = rows.Sum(row => Square(row.Actual - mean));
        return total == 0 ? null : 1 - (rows.Sum(row => Square(row.Actual - row.Predicted)) / total);
    }

    private static double Square(double number) => number * number;
}
