using MetricsAlerts.Simulator.Contract;
using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.Tests.World;

/// <summary>F1. The expected values are worked out by hand, beside each.</summary>
public sealed class AccuracyMetricsTests
{
    /// <summary>At one half: two hits, one false alarm, one right and one wrong negative.</summary>
    private static readonly ScoredRow[] Classes = [new(0.9, 1), new(0.8, 0), new(0.7, 1), new(0.3, 0), new(0.1, 1)];

    private static readonly ScoredRow[] Numbers = [new(2, 1), new(4, 4), new(4, 8)];

    [Theory]
    [InlineData("Accuracy", 3.0 / 5)]
    [InlineData("TPR", 2.0 / 3)]
    [InlineData("FPR", 1.0 / 2)]
    [InlineData("TNR", 1.0 / 2)]
    [InlineData("PPV", 2.0 / 3)]
    [InlineData("NPV", 1.0 / 2)]
    [InlineData("Balanced Accuracy", 7.0 / 12)] // (2/3 + 1/2) / 2
    [InlineData("F1", 2.0 / 3)] // 2 · 2 / (2 · 2 + 1 + 1)
    [InlineData("MCC", 1.0 / 6)] // (2 · 1 − 1 · 1) / √(3 · 3 · 2 · 2)
    [InlineData("AUC", 3.0 / 6)] // 0.9 is above both negatives, 0.7 above one, 0.1 above none
    [InlineData("Gini Norm", 0)]
    [InlineData("Kolmogorov-Smirnov", 1.0 / 3)] // below 0.1 inclusive: a third of the positives and no negative
    [InlineData("LogLoss", 0.9461)] // −(ln 0.9 + ln 0.2 + ln 0.7 + ln 0.7 + ln 0.1) / 5
    [InlineData("FVE Binomial", -0.4058)] // 1 − 0.9461 / −(0.6 ln 0.6 + 0.4 ln 0.4)
    [InlineData("Rate@Top5%", 1)] // one row of five: 0.9
    [InlineData("Rate@Top10%", 1)]
    public void Metrics_of_a_classifier_are_as_defined(string metric, double expected) =>
        Assert.Equal(expected, AccuracyMetrics.Compute(metric, Classes)!.Value, 4);

    [Theory]
    [InlineData("MAE", 5.0 / 3)] // (1 + 0 + 4) / 3
    [InlineData("MAD", 1)] // the middle of 0, 1, 4
    [InlineData("MAPE", 50)] // (100 % + 0 % + 50 %) / 3
    [InlineData("RMSE", 2.3805)] // √((1 + 0 + 16) / 3)
    [InlineData("RMSLE", 0.4123)] // √((ln(2/3)² + 0 + ln(9/5)²) / 3)
    [InlineData("R Squared", 0.3108)] // 1 − 17 / (100/9 + 1/9 + 121/9)
    [InlineData("Poisson Deviance", 1.2347)] // 2/3 · (1 ln ½ + 1 + 8 ln 2 − 4)
    [InlineData("Gamma Deviance", 1.0 / 3)] // 2/3 · (−½ + ln 2 + 1 − ln 2)
    [InlineData("Tweedie Deviance", 0.6193)] // each row is written out as in the next test
    [InlineData("FVE Poisson", 0.4061)] // 1 − 1.2347 / 2.0789, that of the mean 13/3
    [InlineData("FVE Gamma", 0.4643)] // 1 − 0.3333 / 0.6222
    [InlineData("FVE Tweedie", 0.4425)] // 1 − 0.6193 / 1.1109
    public void Metrics_of_a_regression_are_as_defined(string metric, double expected) =>
        Assert.Equal(expected, AccuracyMetrics.Compute(metric, Numbers)!.Value, 4);

    [Fact]
    public void The_Tweedie_deviance_of_one_row_is_as_written_out()
    {
        // p = 1.5, y = 1, μ = 4: 2 · (1 / −0.25 + 1 · 0.5 / 0.5 + 2 / 0.5) = 2 · (−4 + 1 + 4)
        Assert.Equal(2, AccuracyMetrics.Compute("Tweedie Deviance", [new(4, 1)])!.Value, 12);
    }

    [Fact]
    public void Ties_count_half_in_the_area_under_the_curve() =>
        Assert.Equal(0.5, AccuracyMetrics.Compute("AUC", [new(0.5, 1), new(0.5, 0)]));

    [Theory]
    [InlineData("Rate@Top5%", 41, 2.0 / 3)] // 2.05 rows are 3: those of 41, 40 and 39, of which 40 is negative
    [InlineData("Rate@Top5%", 40, 0.5)] // 2 rows: 40 and 39
    [InlineData("Rate@Top10%", 40, 0.5)]
    public void The_top_share_is_of_whole_rows(string metric, int rows, double expected) => Assert.Equal(
        expected, AccuracyMetrics.Compute(metric, [.. Enumerable.Range(1, rows).Select(row => new ScoredRow(row / 100.0, row % 2))]));

    [Theory]
    [InlineData("Accuracy")]
    [InlineData("AUC", 0.5, 1.0)]
    [InlineData("TNR", 0.5, 1.0)]
    [InlineData("MCC", 0.5, 1.0)]
    [InlineData("FVE Binomial", 0.5, 1.0)]
    [InlineData("MAPE", 0.5, 0.0)]
    [InlineData("Gamma Deviance", 0.5, 0.0)]
    [InlineData("R Squared", 0.5, 1.0)]
    public void What_is_not_defined_is_null(string metric, params double[] row) =>
        Assert.Null(AccuracyMetrics.Compute(metric, row is [var predicted, var actual] ? [new(predicted, actual)] : []));

    [Fact]
    public void Every_metric_of_the_contract_is_computed_for_its_target_type()
    {
        foreach (var metric in DataRobotContract.Load().AccuracyMetrics)
        {
            if (metric.TargetTypes.Contains("Binary"))
                Assert.NotNull(AccuracyMetrics.Compute(metric.Name, Classes));
            if (metric.TargetTypes.Contains("Regression"))
                Assert.NotNull(AccuracyMetrics.Compute(metric.Name, Numbers));
        }
    }

    [Fact]
    public void A_metric_that_is_not_known_is_named() =>
        Assert.Contains("'Beauty'", Assert.Throws<ArgumentException>(() => AccuracyMetrics.Compute("Beauty", Classes)).Message);
}
