using MetricsAlerts.Simulator.Faults;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Simulator.World.Metrics;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Simulator.Tests.Scenarios;

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
            played.FeatureDrift(DriftMetric.Psi, new(start, start.AddDays(1), DateTimeOffset.MaxValue))
                .Single(drift => drift.Feature == feature).Drift.Value!.Value;
        double Value(DateTimeOffset start) =>
            played.Custom(custom, new(start, start.AddHours(1), DateTimeOffset.MaxValue)).Value!.Value;
    }

    [Fact]
    public void Faults_have_their_time_and_path()
    {
        var fault = ScenarioReader.Parse(Yaml, "scenario.yaml").Faults.Single();

        Assert.Equal(new Fault("503", 0.5) { From = Day, To = Day.AddDays(1), Path = "accuracy" }, fault);
        Assert.Contains(
            "storm",
            Assert.Throws<InvalidDataException>(
                () => ScenarioReader.Parse(Yaml.Replace("503", "storm", StringComparison.Ordinal), "scenario.yaml")).Message,
            StringComparison.Ordinal);
    }

    // R21
    [Theory]
    [InlineData("duration: 99999999d\ndeployments: [{ label: a }]", "duration is '99999999d'; expected a duration")]
    [InlineData("start: 9999-12-31T00:00:00Z\ndeployments: [{ label: a }]", "start is '9999-12-31T00:00:00Z'; expected a full hour " +
        "in UTC from 1970 to 2100")]
    [InlineData("start: ~\ndeployments: [{ label: a }]", "start is ''")]
    [InlineData("duration: ~\ndeployments: [{ label: a }]", "duration is ''")]
    [InlineData("deployments: [~]", "deployments holds nothing where something is expected")]
    [InlineData("deployments: ~", "deployments is empty")]
    [InlineData("faults: [~]\ndeployments: [{ label: a }]", "faults holds nothing")]
    [InlineData("deployments: [{ label: a, troubles: ~ }]", "deployment 'a': troubles holds nothing where something is expected; " +
        "leave it out, or write [].")]
    [InlineData("deployments: [{ label: a, hosts: [] }]", "hosts is empty")]
    [InlineData("deployments: [{ label: a, targetType: Weather }]", "targetType is 'Weather'; expected one of Binary, Regression.")]
    [InlineData("deployments: [{ label: a }, { label: a }]", "the deployment 'a' is there 2 times")]
    [InlineData("deployments: [{ label: a, id: x }, { label: b, id: x }]", "the deployment 'x' is there 2 times")]
    [InlineData("deployments: [{ label: a, rowsPerHour: 2000000000 }]", "rowsPerHour is 2000000000; expected 1 to 1000000.")]
    [InlineData("duration: 3650d\ndeployments: [{ label: a, rowsPerHour: 1000000 }]", "predictions in 3650d; at most 10000000 are allowed")]
    public void A_scenario_that_cannot_be_played_is_refused_with_what_is_allowed(string yaml, string message) => Assert.Contains(
        message, Assert.Throws<InvalidDataException>(() => ScenarioReader.Parse(yaml, "scenario.yaml")).Message, StringComparison.Ordinal);

    // R21
    [Theory]
    [InlineData("0001-01-01T00:00:00Z,h1,0.9,1,", ":2: predicted_at is '0001-01-01T00:00:00Z'; expected a UTC time from 1970 to 2100.")]
    [InlineData("9999-12-31T23:59:59Z,h1,0.9,1,", "predicted_at is")]
    [InlineData("2026-01-05T00:00:00Z,h1,0.9,1,9999-12-31T23:59:59Z", "actual_at is '9999-12-31T23:59:59Z'")]
    public void A_recording_at_the_ends_of_the_calendar_is_refused(string row, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("r.csv"), $"predicted_at,instance,p,actual,actual_at\n{row}\n");

        Assert.Contains(message, Assert.Throws<InvalidDataException>(
            () => RecordingReader.Read(folder.File("r.csv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_without_any_actual_is_played()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("r.csv"), "predicted_at,instance,p,actual,actual_at\n2026-01-05T00:00:00Z,h1,0.9,1,\n");

        Assert.Equal(new(2026, 1, 6, 0, 0, 0, TimeSpan.Zero), RecordingReader.Read(folder.File("r.csv")).End);
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

        var early = one.Accuracy(["Accuracy"], new(Day, Day.AddHours(1), Day.AddHours(2))).Single();
        var late = one.Accuracy(["Accuracy"], new(Day, Day.AddHours(1), Day.AddHours(8))).Single();

        Assert.NotEqual(early, late);
        Assert.Equal(late, one.Accuracy(["Accuracy"], new(Day, Day.AddHours(1), Day.AddHours(30))).Single());
        Assert.Equal(120, late.SampleSize);
    }
}
