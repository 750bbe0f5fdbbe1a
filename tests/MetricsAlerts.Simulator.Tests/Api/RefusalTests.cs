using System.Net;
using MetricsAlerts.Simulator.Contract;

namespace MetricsAlerts.Simulator.Tests.Api;

/// <summary>F3, F5, F6, F7, F8, F12, F17: what the contract refuses is refused, each key in turn.</summary>
public sealed class RefusalTests(RefusalTests.Fixture fixture) : IClassFixture<RefusalTests.Fixture>
{
    private const string Period = "start=2026-01-05T00:00:00Z&end=2026-01-08T00:00:00Z";

    private readonly SimulatedApi _api = fixture.Api;

    public static TheoryData<string> Endpoints() => [.. SimulatedApi.Contract.Endpoints.Select(endpoint => endpoint.Id)];

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Every_key_of_an_endpoint_is_accepted_with_good_values_and_refused_with_bad_ones(string id)
    {
        var endpoint = SimulatedApi.Contract.Endpoint(id);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(endpoint, "complete", "")).Status);
        foreach (var parameter in endpoint.Query)
        {
            foreach (var value in Good(parameter))
            {
                var answer = await AskAsync(endpoint, "complete", $"{parameter.Name}={value}");
                var isOfOther = id is "accuracy" or "accuracyOverTime" && parameter.Name == "metric" && !IsBinary(value);
                Assert.True(answer.Status == HttpStatusCode.OK != isOfOther, $"{parameter.Name}={value}: {answer.Text}");
            }

            foreach (var query in Bad(parameter))
                await AssertRefusedAsync(endpoint, query, parameter.Name);
        }

        await AssertRefusedAsync(endpoint, "nobodyKnowsThis=1", "nobodyKnowsThis");
    }

    public static TheoryData<string, string, bool> Cases() =>
        [.. SimulatedApi.Contract.Cases.Select(one => (one.Endpoint, one.Query, one.IsAccepted))];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_contracts_cases_end_as_they_say(string id, string query, bool isAccepted)
    {
        var answer = await _api.GetAsync($"{PathOf(SimulatedApi.Contract.Endpoint(id), "complete")}?{query}");

        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, answer.Status);
    }

    [Theory]
    [InlineData("accuracy/?modelId=a&modelId=b", "metric")]
    [InlineData("accuracyOverTime/?metric=RMSE", "metric")]
    [InlineData("serviceStats/?start=2026-01-06T00:00:00Z&end=2026-01-05T00:00:00Z", "start")]
    [InlineData("accuracyOverTime/?start=2026-01-06T00:00:00Z&end=2026-01-07T00:00:00Z&bucketSize=P7D", "bucketSize")]
    [InlineData("accuracy/?segmentAttribute=age&segmentValue=1", "segmentAttribute")]
    [InlineData("featureDriftOverTime/?featureNames=a&featureNames=b&featureNames=c", "featureNames")]
    public async Task What_depends_on_other_keys_or_on_the_deployment_is_refused(string path, string key)
    {
        var answer = await _api.GetAsync($"deployments/{_api.Id("complete")}/{path}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal([key], answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData("PT6H", 12)]
    [InlineData("PT12H", 6)]
    [InlineData("PT24H", 3)]
    [InlineData("PT36H", 2)]
    public async Task Buckets_of_whole_hours_are_as_long_as_asked(string size, int buckets)
    {
        var answer = await _api.GetAsync($"deployments/{_api.Id("complete")}/serviceStatsOverTime/?{Period}&bucketSize={size}");

        Assert.Equal(buckets, answer.Json.GetProperty("buckets").GetArrayLength());
    }

    [Fact]
    public async Task Months_are_those_of_the_calendar()
    {
        var answer = await _api.GetAsync(
            $"deployments/{_api.Id("complete")}/predictionsOverTime/?start=2025-12-01T00:00:00Z&end=2026-02-01T00:00:00Z&bucketSize=P1M");

        Assert.Equal(
            ["2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"],
            answer.Json.GetProperty("buckets").EnumerateArray().Select(
                bucket => bucket.GetProperty("period").GetProperty("start").GetString()));
    }

    private static bool IsBinary(string metric) => SimulatedApi.Contract.AccuracyMetrics
        .Single(one => one.Name == Uri.UnescapeDataString(metric)).TargetTypes.Contains("Binary");

    private static IEnumerable<string> Good(ContractParameter parameter) => parameter switch
    {
        { Name: "segmentAttribute" } => ["DataRobot-Host-IP", "DataRobot-Consumer", "DataRobot-Remote-IP"],
        { Name: "start" } => ["2026-01-06T00:00:00Z", "2026-01-06T00:00:00%2B00:00"],
        { Name: "end" } => ["2026-01-08T00:00:00Z"],
        { Allowed.Count: > 0 } => parameter.Allowed.Select(Uri.EscapeDataString),
        { Value: ContractValue.Integer } => [$"{parameter.Minimum ?? 5}", $"{parameter.Maximum ?? 7}"],
        { Value: ContractValue.Number } => ["0", "0.9", "1"],
        { Value: ContractValue.Time } => ["2026-01-06T00:30:00Z"],
        { Value: ContractValue.Hours } => ["PT1H", "PT6H", "P1D"],
        _ => ["anything"],
    };

    private static IEnumerable<string> Bad(ContractParameter parameter)
    {
        var key = parameter.Name;
        if (!parameter.IsRepeated)
            yield return $"{key}=1&{key}=1";
        if (parameter.Allowed.Count > 0)
            yield return $"{key}=zzz";
        if (parameter.Minimum is { } least)
            yield return $"{key}={least - 1}";
        if (parameter.Maximum is { } most)
            yield return $"{key}={most + 1}";
        if (parameter.Value is ContractValue.Integer or ContractValue.Number)
            yield return $"{key}=x";
        if (parameter.Value is ContractValue.Integer)
            yield return $"{key}=1.5";
        if (parameter.Value is ContractValue.Time or ContractValue.FullHour)
            yield return $"{key}=yesterday";
        if (parameter.Value is ContractValue.FullHour)
            yield return $"{key}=2026-01-06T00:30:00Z";
        if (parameter.Value is ContractValue.Hours)
        {
            yield return $"{key}=PT5M";
            yield return $"{key}=PT0H";
        }
    }

    private async Task AssertRefusedAsync(ContractEndpoint endpoint, string query, string key)
    {
        var answer = await AskAsync(endpoint, "complete", query);

        Assert.True(answer.Status == HttpStatusCode.UnprocessableEntity, $"{endpoint.Id} {query}: {answer.Status}");
        Assert.Contains(key, answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    private Task<SimulatedApi.Answer> AskAsync(ContractEndpoint endpoint, string label, string query)
    {
        var required = endpoint.Query
            .Where(parameter => parameter.IsRequired && !query.StartsWith($"{parameter.Name}=", StringComparison.Ordinal))
            .Select(parameter => $"{parameter.Name}={Good(parameter).First()}");
        return _api.GetAsync($"{PathOf(endpoint, label)}?{string.Join('&', required.Append(query).Where(part => part.Length > 0))}");
    }

    private string PathOf(ContractEndpoint endpoint, string label)
    {
        var deployment = _api.World.Deployments.Single(one => one.Deployment.Label == label).Deployment;
        return endpoint.Path.TrimStart('/').Replace("{deploymentId}", deployment.Id, StringComparison.Ordinal)
            .Replace("{customMetricId}", deployment.CustomMetrics[0].Id, StringComparison.Ordinal);
    }

    /// <summary>Nothing that is asked changes it, so one is enough.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal SimulatedApi Api { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Api = await SimulatedApi.StartAsync(Worlds.Everything);

        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }
}
