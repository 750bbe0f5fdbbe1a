using MetricsAlerts.Simulator.Faults;
using MetricsAlerts.Simulator.Scenarios;

namespace MetricsAlerts.Simulator.Tests;

public sealed class ScenarioTests
{
    private const string Yaml =
        """
        start: 2026-01-05T00:00:00Z
        duration: 3d
        faults: [{ kind: "503", rate: 0.5, from: 1d, to: 2d, path: accuracy }]
        deployments:
          - label: a
            features: [age, income]
            customMetrics: [{ name: Cost per call, units: $, value: 12 }]
            troubles:
              - { kind: featureDrift, feature: age, from: 1d, to: 2d, value: 0.4 }
              - { kind: customMetric, metric: Cost per call, from: 1d, to: 2d, value: 40 }
        """;

    private static readonly DateTimeOffset Day = new(2026, 1, 6, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Features_and_custom_metrics_go_wrong_for_a_while()
    {
        var played = ScenarioReader.Parse(Yaml, "scenario.yaml").Deployments.Single();
        var custom = played.Deployment.CustomMetrics.Single();

        Assert.Equal(0.4, Drift(Day, "age"));
        Assert.InRange(Drift(Day.AddDays(-1), "age"), 0, 0.05);
        Assert.InRange(Drift(Day, "income"), 0, 0.05);
        Assert.InRange(Value(Day), 38, 42);
        Assert.InRange(Value(Day.AddDays(1)), 11, 13);

        double Drift(DateTimeOffset start, string feature) =>
            played.FeatureDrift(start, start.AddDays(1), null, DateTimeOffset.MaxValue).Single(drift => drift.Feature == feature).Drift.Value!.Value;
        double Value(DateTimeOffset start) => played.Custom(custom, start, start.AddHours(1), DateTimeOffset.MaxValue).Value!.Value;
    }

    [Fact]
    public void Faults_have_their_time_and_path()
    {
        var fault = ScenarioReader.Parse(Yaml, "scenario.yaml").Faults.Single();

        Assert.Equal(new Fault("503", 0.5) { From = Day, To = Day.AddDays(1), Path = "accuracy" }, fault);
        Assert.Contains("storm", Assert.Throws<InvalidDataException>(() => ScenarioReader.Parse(Yaml.Replace("503", "storm", StringComparison.Ordinal), "scenario.yaml")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("429:0.1", true)]
    [InlineData("timeout", true)]
    [InlineData("200", false)]
    [InlineData("429:1.5", false)]
    [InlineData("429:a", false)]
    [InlineData("rain:0.1", false)]
    public void A_fault_is_a_kind_with_a_rate(string text, bool isOne) => Assert.Equal(isOne, Fault.TryParse(text, out _));

    [Fact]
    public void A_synthetic_value_stands_still_when_its_actuals_are_there()
    {
        var world = SyntheticWorld.Create(3, 2, Day, TimeSpan.FromDays(2));
        var one = world.Deployments[0];
        Assert.Equal(3, world.Deployments.Select(statistics => statistics.Deployment.Id).Distinct().Count());

        var early = one.Accuracy("Accuracy", Day, Day.AddHours(1), null, "m", Day.AddHours(2));
        var late = one.Accuracy("Accuracy", Day, Day.AddHours(1), null, "m", Day.AddHours(8));

        Assert.NotEqual(early, late);
        Assert.Equal(late, one.Accuracy("Accuracy", Day, Day.AddHours(1), null, "m", Day.AddHours(30)));
        Assert.Equal(120, late.SampleSize);
    }
}
