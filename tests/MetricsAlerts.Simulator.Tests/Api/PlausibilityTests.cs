using System.Globalization;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Simulator.Tests.Api;

/// <summary>Numbers that belong together.</summary>
public sealed class PlausibilityTests
{
    private const string ThreeDays = "start=2026-01-05T00:00:00Z&end=2026-01-08T00:00:00Z";

    // F20
    [Theory]
    [InlineData("complete")]
    [InlineData("regression")]
    [InlineData("replaced")]
    public async Task The_peak_of_the_load_is_not_below_its_median(string label)
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        foreach (var period in (string[])[ThreeDays, "start=2026-01-06T05:00:00Z&end=2026-01-06T06:00:00Z"])
        {
            var metrics = (await api.GetAsync($"deployments/{api.Id(label)}/serviceStats/?{period}")).Json.GetProperty("metrics");

            Assert.InRange(metrics.GetProperty("medianLoad").GetDouble(), 0.01, metrics.GetProperty("peakLoad").GetDouble());
        }
    }

    [Fact]
    public async Task Without_requests_counts_rates_and_loads_are_zero_and_times_null()
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        var metrics = (await api.GetAsync(
            $"deployments/{api.Id("complete")}/serviceStats/?start=2025-01-05T00:00:00Z&end=2025-01-06T00:00:00Z"))
            .Json.GetProperty("metrics").EnumerateObject().ToDictionary(metric => metric.Name, metric => metric.Value.ToString());

        Assert.Equal(["executionTime", "responseTime"], metrics.Where(metric => metric.Value.Length == 0).Select(metric => metric.Key));
        Assert.All(metrics.Where(metric => metric.Value.Length > 0), metric => Assert.Equal("0", metric.Value));
    }

    // F3
    [Fact]
    public async Task A_higher_quantile_of_a_time_is_not_shorter_and_the_ends_are_numbers()
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        var times = new List<double>();
        foreach (var quantile in (string[])["0", "0.1", "0.5", "0.99", "1"])
        {
            var answer = await api.GetAsync($"deployments/{api.Id("complete")}/serviceStats/?{ThreeDays}&responseTimeQuantile={quantile}");
            times.Add(answer.Json.GetProperty("metrics").GetProperty("responseTime").GetDouble());
        }

        Assert.Equal(times.Order(), times);
        Assert.Equal(5, times.Distinct().Count());
    }

    [Fact]
    public async Task Models_and_hosts_add_up_to_the_whole()
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        var hosts = await SumAsync("complete", "segmentAttribute=DataRobot-Host-IP&segmentValue=10.0.0.1") +
            await SumAsync("complete", "segmentAttribute=DataRobot-Host-IP&segmentValue=10.0.0.2");
        var replaced = api.World.Deployments.Single(one => one.Deployment.Label == "replaced").Deployment;
        var models = await SumAsync("replaced", $"modelId={replaced.Models[0].Id}") +
            await SumAsync("replaced", $"modelId={replaced.Models[1].Id}");

        Assert.Equal(await SumAsync("complete", ""), hosts);
        Assert.Equal(await SumAsync("replaced", ""), models);
        Assert.Equal(3 * 24 * 20, models);

        async Task<int> SumAsync(string label, string query) =>
            (await api.GetAsync($"deployments/{api.Id(label)}/predictionsVsActualsOverTime/?{ThreeDays}&{query}"))
                .Json.GetProperty("summary").GetProperty("rowCountTotal").GetInt32();
    }

    // K23
    [Fact]
    public async Task The_baseline_of_a_scenario_does_not_know_the_trouble_that_comes()
    {
        const string Scenario =
            """
            duration: 14d
            deployments: [{ label: a, rowsPerHour: 60, accuracy: 0.92, troubles: [{ kind: decay, from: 1d, accuracy: 0.5 }] }]
            """;
        await using var api = await SimulatedApi.StartAsync(Scenario);
        var baseline = (await api.GetAsync($"deployments/{api.Id("a")}/accuracyOverTime/?metric=Accuracy")).Values("value", "baselines");

        Assert.InRange(double.Parse(Assert.Single(baseline), CultureInfo.InvariantCulture), 0.90, 0.94);
    }

    // K23
    [Fact]
    public async Task The_baseline_of_a_recording_knows_only_what_has_arrived()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder.File("r.csv"),
            "predicted_at,instance,p,actual,actual_at\n2026-01-05T00:10:00Z,h1,0.9,1,2026-01-05T01:00:00Z\n" +
            "2026-01-05T00:20:00Z,h1,0.9,0,2026-01-06T01:00:00Z\n2026-01-08T00:20:00Z,h1,0.9,0,2026-01-08T01:00:00Z\n",
            TestContext.Current.CancellationToken);
        await using var api = await SimulatedApi.StartAsync(
            RecordingReader.Read(folder.File("r.csv")), new(), new DateTimeOffset(2026, 1, 5, 3, 0, 0, TimeSpan.Zero));

        Assert.Equal("1", await BaselineAsync());
        api.Clock.AdvanceTo(new(2026, 1, 7, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal("0.5", await BaselineAsync());

        async Task<string> BaselineAsync() =>
            Assert.Single(
                (await api.GetAsync($"deployments/{api.Id("r")}/accuracyOverTime/?metric=Accuracy")).Values("value", "baselines"));
    }

    // F2
    [Fact]
    public async Task The_drift_metric_that_was_asked_is_the_one_that_is_returned()
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        var path = $"deployments/{api.Id("complete")}";
        var scores = new List<double>();
        foreach (var metric in SimulatedApi.Contract.Endpoint("targetDrift").Parameter("metric")!.Allowed)
        {
            var target = (await api.GetAsync($"{path}/targetDrift/?{ThreeDays}&metric={metric}")).Json;
            Assert.Equal(metric, target.GetProperty("metric").GetString());
            scores.Add(target.GetProperty("driftScore").GetDouble());
            var features = (await api.GetAsync($"{path}/featureDrift/?{ThreeDays}&metric={metric}")).Json;
            Assert.Equal(metric, features.GetProperty("metric").GetString());
        }

        Assert.Equal(5, scores.Distinct().Count());
    }

    // F18
    [Fact]
    public async Task Feature_drift_over_time_has_a_bucket_for_each_feature_and_day()
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        var answer = await api.GetAsync(
            $"deployments/{api.Id("complete")}/featureDriftOverTime/?{ThreeDays}&bucketSize=P1D&featureNames=age&featureNames=region");

        Assert.Equal(["age", "region", "age", "region", "age", "region"], answer.Values("featureName"));
        Assert.Equal(["age", "region"], answer.Values("featureName", "summaries"));
    }

    // F10, F11
    [Fact]
    public async Task The_value_of_a_custom_metric_over_a_period_is_its_summary()
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        var path = $"deployments/{api.Id("complete")}/customMetrics";
        var id = (await api.GetAsync($"{path}/")).Values("id", "data")[0];

        Assert.Equal("Cost per call", (await api.GetAsync($"{path}/{id}/")).Json.GetProperty("name").GetString());
        var summary = (await api.GetAsync($"{path}/{id}/summary/?{ThreeDays}")).Json.GetProperty("metric");
        Assert.InRange(summary.GetProperty("value").GetDouble(), 11, 13);
        var overTime = await api.GetAsync($"{path}/{id}/valuesOverTime/?{ThreeDays}&bucketSize=P1D");
        Assert.Equal(3, overTime.Values("value").Count);
        Assert.Equal(["start", "end"], overTime.Json.GetProperty("summary").EnumerateObject().Select(field => field.Name));
    }
}
