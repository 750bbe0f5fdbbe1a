using System.Net;

namespace MetricsAlerts.Simulator.Tests.Api;

/// <summary>F9, F14, F21: where sources leave it open, either behaviour.</summary>
public sealed class SwitchTests
{
    private const string Days = "start=2026-01-06T00:00:00Z&end=2026-01-08T00:00:00Z&bucketSize=P1D";
    private const string Host = "segmentAttribute=DataRobot-Host-IP&segmentValue=10.20.0.11";

    /// <summary>A day of the former champion, and a day of the current one.</summary>
    [Theory]
    [InlineData("accuracyOverTime/?metric=Accuracy&", "sampleSize", false, false)]
    [InlineData("serviceStatsOverTime/?metric=totalPredictions&", "value", true, false)]
    [InlineData("predictionsOverTime/?", "rowCount", true, false)]
    [InlineData("predictionsVsActualsOverTime/?", "rowCountTotal", true, false)]
    [InlineData("featureDriftOverTime/?featureNames=age&", "sampleSize", false, false)]
    public async Task The_day_of_the_former_model_is_empty_where_only_the_champion_counts(
        string path, string field, bool countsByDefault, bool countsWhenStrict)
    {
        foreach (var (strict, counts) in new[] { (StrictSwitches.Default, countsByDefault), (StrictSwitches.All, countsWhenStrict) })
        {
            await using var api = await SimulatedApi.StartAsync(Worlds.Everything, strict with { NullSamples = false });
            var deployment = api.World.Deployments.Single(one => one.Deployment.Label == "replaced").Deployment;
            var (former, current) = (deployment.Models[0].Id, deployment.Models[1].Id);

            Assert.Equal((counts, true), await HasAsync(""));
            Assert.Equal((true, false), await HasAsync($"&modelId={former}"));
            Assert.Equal((false, true), await HasAsync($"&modelId={current}"));
            Assert.Equal((false, false), await HasAsync("&modelId=000000000000000000000000"));

            async Task<(bool, bool)> HasAsync(string model)
            {
                var values = (await api.GetAsync($"deployments/{deployment.Id}/{path}{Days}{model}")).Values(field);
                return (values[0] != "0", values[1] != "0");
            }
        }
    }

    [Fact]
    public async Task Several_models_have_a_bucket_each()
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        var deployment = api.World.Deployments.Single(one => one.Deployment.Label == "replaced").Deployment;
        var (former, current) = (deployment.Models[0].Id, deployment.Models[1].Id);
        var both = $"modelId={former}&modelId={current}";

        var overTime = await api.GetAsync($"deployments/{deployment.Id}/accuracyOverTime/?{Days}&{both}");
        Assert.Equal([former, current, former, current], overTime.Values("modelId"));
        Assert.Equal([former, current], overTime.Values("modelId", "baselines"));
        var whole = await api.GetAsync($"deployments/{deployment.Id}/accuracy/?{both}&metric=AUC");
        Assert.Equal([former, current], whole.Values("modelId", "data"));
        Assert.Equal(["AUC", "AUC"], whole.Values("metricName", "data"));
    }

    [Fact]
    public async Task Windows_of_traffic_are_said_to_be_of_the_model_that_served_then()
    {
        await using var api = await SimulatedApi.StartAsync(Worlds.Everything);
        var deployment = api.World.Deployments.Single(one => one.Deployment.Label == "replaced").Deployment;

        Assert.Equal(
            deployment.Models.Select(model => model.Id), (await api.GetAsync($"deployments/{deployment.Id}/predictionsOverTime/?{Days}"))
                .Values("modelId"));
        Assert.Equal(
            deployment.Models.Select(model => model.Id).Reverse(),
            (await api.GetAsync($"deployments/{deployment.Id}/modelHistory/")).Values("modelId", "data"));
    }

    [Fact]
    public async Task Hosts_may_be_a_segment_of_service_health_only()
    {
        foreach (var (strict, status) in new[]
        {
            (StrictSwitches.Default, HttpStatusCode.OK),
            (StrictSwitches.Default with { SegmentsServiceOnly = true }, HttpStatusCode.UnprocessableEntity),
        })
        {
            await using var api = await SimulatedApi.StartAsync(Worlds.Everything, strict);
            var path = $"deployments/{api.Id("replaced")}";

            Assert.Equal(HttpStatusCode.OK, (await api.GetAsync($"{path}/serviceStatsOverTime/?{Days}&{Host}")).Status);
            Assert.Equal(HttpStatusCode.OK, (await api.GetAsync($"{path}/serviceStats/?{Host}")).Status);
            foreach (var of in (string[])["accuracy/?", "accuracyOverTime/?", "targetDrift/?", "predictionsVsActualsOverTime/?"])
                Assert.Equal(status, (await api.GetAsync($"{path}/{of}{Host}")).Status);
            Assert.Contains("DataRobot-Host-IP", await AttributesAsync("serviceHealth"));
            Assert.Equal(status == HttpStatusCode.OK, (await AttributesAsync("accuracy")).Contains("DataRobot-Host-IP"));
            Assert.Equal(status == HttpStatusCode.OK, (await AttributesAsync("dataDrift")).Contains("DataRobot-Host-IP"));

            async Task<string> AttributesAsync(string type) =>
                (await api.GetAsync($"{path}/segmentAttributes/?monitoringType={type}")).Text;
        }
    }

    [Theory]
    [InlineData("accuracy/?", "metrics", "modelId")]
    [InlineData("accuracyOverTime/?", "baseline", "summary", "modelId")]
    public async Task What_is_deprecated_may_be_missing(string path, params string[] fields)
    {
        await using var usual = await SimulatedApi.StartAsync(Worlds.Everything);
        await using var strict = await SimulatedApi.StartAsync(
            Worlds.Everything, StrictSwitches.Default with { BaselinesOnly = true });
        var before = (await usual.GetAsync($"deployments/{usual.Id("complete")}/{path}")).Json;
        var after = (await strict.GetAsync($"deployments/{strict.Id("complete")}/{path}")).Json;

        Assert.Equal(fields.Order(), before.EnumerateObject().Select(field => field.Name).Except(
            after.EnumerateObject().Select(field => field.Name)).Order());
    }

    [Fact]
    public async Task Several_values_of_a_filter_may_be_refused_between_commas()
    {
        await using var usual = await SimulatedApi.StartAsync(Worlds.Everything);
        await using var strict = await SimulatedApi.StartAsync(Worlds.Everything, StrictSwitches.Default with { RepeatedKeys = true });

        Assert.Equal(
            ["LOW", "CRITICAL"],
            (await usual.GetAsync("deployments/?importance=LOW,CRITICAL&orderBy=importance")).Values("importance", "data"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await strict.GetAsync("deployments/?importance=LOW,CRITICAL")).Status);
        Assert.Equal(2, (await strict.GetAsync("deployments/?importance=LOW&importance=CRITICAL")).Values("importance", "data").Count);
    }

    [Fact]
    public async Task Rows_that_are_not_there_may_be_null()
    {
        await using var usual = await SimulatedApi.StartAsync(Worlds.Everything);
        await using var strict = await SimulatedApi.StartAsync(Worlds.Everything, StrictSwitches.Default with { NullSamples = true });
        var path = $"deployments/{usual.Id("no-actuals")}/accuracyOverTime/?{Days}";

        Assert.Equal(["0", "0"], (await usual.GetAsync(path)).Values("sampleSize"));
        Assert.Equal(["", ""], (await strict.GetAsync(path)).Values("sampleSize"));
    }
}
