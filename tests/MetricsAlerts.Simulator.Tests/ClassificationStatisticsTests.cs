using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Tests;

public sealed class ClassificationStatisticsTests
{
    private static readonly List<(double, bool)> Rows = [(0.9, true), (0.8, false), (0.7, true), (0.3, false), (0.1, false)];

    [Theory]
    [InlineData("Accuracy", 0.8)]
    [InlineData("AUC", 5.0 / 6)]
    [InlineData("LogLoss", 0.5067)]
    public void Metrics_are_as_defined(string metric, double expected) =>
        Assert.Equal(expected, ClassificationStatistics.Compute(metric, Rows)!.Value, 4);

    [Fact]
    public void Ties_count_half_in_the_area_under_the_curve() =>
        Assert.Equal(0.5, ClassificationStatistics.Compute("AUC", [(0.5, true), (0.5, false)]));

    [Fact]
    public void What_is_not_defined_is_null()
    {
        Assert.Null(ClassificationStatistics.Compute("Accuracy", []));
        Assert.Null(ClassificationStatistics.Compute("AUC", [(0.5, true)]));
    }
}
