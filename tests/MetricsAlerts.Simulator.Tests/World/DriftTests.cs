using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.Tests.World;

/// <summary>F2.</summary>
public sealed class DriftTests
{
    /// <summary>Of p = (¾, ¼) from q = (½, ½), worked out by hand.</summary>
    [Theory]
    [InlineData("psi", 0.27465)] // ¼ ln 1.5 − ¼ ln 0.5
    [InlineData("kl_divergence", 0.13081)] // ¾ ln 1.5 + ¼ ln 0.5
    [InlineData("dissimilarity", 0.25)]
    [InlineData("hellinger", 0.18459)] // √(1 − √⅜ − √⅛)
    [InlineData("js_divergence", 0.03382)] // ½ (¾ ln 1.2 + ¼ ln ⅔) + ½ (½ ln 0.8 + ½ ln 4/3)
    public void A_distance_is_as_defined(string metric, double expected) =>
        Assert.Equal(expected, Drift.Between(Drift.Named(metric), [0.75, 0.25], [0.5, 0.5]), 5);

    [Fact]
    public void A_histogram_has_ten_bins_and_an_empty_one_counts_half_a_row()
    {
        Assert.Equal([1, 0, 0, 0, 0, 1, 0, 0, 0, 2], Drift.Histogram([0, 0.5, 0.99, 1], 0, 1));
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 0, 1], Drift.Histogram([-5, 200], 0, 100));
        Assert.Equal(0, Drift.Between(DriftMetric.Psi, [4, 0], [4, 0]));
        Assert.Null(Drift.Between(DriftMetric.Psi, [0, 0], [4, 0]));
    }

    /// <summary>For normal distributions a shift of δ has psi δ², divergence δ²/2 and Hellinger √(1 − exp(−δ²/8)).</summary>
    [Theory]
    [InlineData(DriftMetric.Psi, 0.4)]
    [InlineData(DriftMetric.KullbackLeibler, 0.2)]
    [InlineData(DriftMetric.Hellinger, 0.22084)]
    [InlineData(DriftMetric.Dissimilarity, 0.24817)] // 2 Φ(δ/2) − 1
    public void A_feature_that_moved_has_each_distance_of_its_move(DriftMetric metric, double expected) =>
        Assert.Equal(expected, Drift.OfShift(metric, 0.4), 3);
}
