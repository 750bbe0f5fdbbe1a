using System.Net;
using MetricsAlerts.Simulator.Api;

namespace MetricsAlerts.Simulator.Tests.Api;

/// <summary>F5.</summary>
public sealed class DeploymentListTests(DeploymentListTests.Fixture fixture) : IClassFixture<DeploymentListTests.Fixture>
{
    private const string Scenario =
        """
        start: 2026-01-05T00:00:00Z
        duration: 8d
        deployments:
          - { label: beta, importance: LOW, rowsPerHour: 20, troubles: [{ kind: errors, rate: 0.2 }] }
          - { label: alpha, importance: CRITICAL, rowsPerHour: 40, troubles: [{ kind: decay, from: 1d, accuracy: 0.6 }] }
          - { label: gamma, importance: HIGH, rowsPerHour: 10, associationId: false, drift: false,
              troubles: [{ kind: modelReplaced, from: 4d }, { kind: errors, rate: 0.03 }] }
          - { label: delta, importance: MODERATE, rowsPerHour: 5, targetType: Regression }
        """;

    private readonly SimulatedApi _api = fixture.Api;

    [Theory]
    [InlineData("label", "alpha,beta,delta,gamma")]
    [InlineData("-label", "gamma,delta,beta,alpha")]
    [InlineData("importance", "beta,delta,gamma,alpha")]
    [InlineData("-importance", "alpha,gamma,delta,beta")]
    [InlineData("serviceHealth", "beta,gamma,alpha,delta")]
    [InlineData("-serviceHealth", "alpha,delta,gamma,beta")]
    [InlineData("accuracyHealth", "alpha,beta,delta,gamma")]
    [InlineData("recentPredictions", "delta,gamma,beta,alpha")]
    [InlineData("-currentModelDeployedTimestamp", "gamma,delta,beta,alpha")]
    public async Task The_list_is_ordered_as_asked(string orderBy, string labels) =>
        Assert.Equal(labels, string.Join(',', await LabelsAsync($"orderBy={orderBy}")));

    [Fact]
    public async Task Without_an_order_the_last_prediction_comes_first()
    {
        var labels = await LabelsAsync("");
        var times = labels.Select(
            label => _api.World.Deployments.Single(one => one.Deployment.Label == label).LastPrediction(_api.Clock.GetUtcNow())).ToList();

        Assert.Equal(times.OrderDescending(), times);
        Assert.Equal(labels, await LabelsAsync("orderBy=-lastPredictionTimestamp"));
    }

    [Theory]
    [InlineData("serviceHealth=failing", "beta")]
    [InlineData("serviceHealth=failing&serviceHealth=warning", "beta,gamma")]
    [InlineData("serviceHealth=passing&importance=CRITICAL", "alpha")]
    [InlineData("accuracyHealth=failing", "alpha")]
    [InlineData("accuracyHealth=unknown", "gamma")]
    [InlineData("modelHealth=unknown", "gamma")]
    [InlineData("search=ET", "beta")]
    [InlineData("role=OWNER", "alpha,beta,delta,gamma")]
    [InlineData("role=USER", "")]
    [InlineData("status=errored", "")]
    [InlineData("status=errored&status=active", "alpha,beta,delta,gamma")]
    [InlineData("championModelTargetType=Regression", "delta")]
    [InlineData("predictionUsageDailyAvgGreaterThan=300", "alpha,beta")]
    [InlineData("predictionUsageDailyAvgLessThan=300", "delta,gamma")]
    [InlineData("lastPredictionTimestampStart=2026-01-13T00:00:00Z", "")]
    [InlineData("createdByMe=True", "alpha,beta,delta,gamma")]
    [InlineData("tagKeys=team", "")]
    public async Task The_list_holds_what_every_filter_lets_through(string query, string labels) =>
        Assert.Equal(labels, string.Join(',', await LabelsAsync($"{query}&orderBy=label")));

    [Fact]
    public void Every_key_of_the_contract_is_a_filter_the_order_or_the_page() => Assert.Equal(
        SimulatedApi.Contract.Endpoint("deployments").Query.Select(parameter => parameter.Name).Order(),
        DeploymentFilter.Keys.Concat(["offset", "limit", "orderBy"]).Order());

    [Fact]
    public async Task Pages_follow_each_other_by_whole_addresses_that_keep_the_query()
    {
        var labels = new List<string>();
        for (var next = "deployments/?limit=1&orderBy=-label"; next is not null;)
        {
            var page = await _api.GetAsync(next);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Equal(4, page.Json.GetProperty("totalCount").GetInt32());
            labels.AddRange(page.Values("label", "data"));
            next = page.Json.GetProperty("next").GetString();
        }

        Assert.Equal(["gamma", "delta", "beta", "alpha"], labels);
    }

    [Fact]
    public async Task The_usage_is_that_of_the_last_seven_days()
    {
        var usage = (await _api.GetAsync($"deployments/{_api.Id("beta")}/")).Json.GetProperty("predictionUsage");

        Assert.Equal(Enumerable.Repeat(480.0, 7), usage.GetProperty("dailyRates").EnumerateArray().Select(rate => rate.GetDouble()));
        Assert.StartsWith("2026-01-12T23:", usage.GetProperty("lastTimestamp").GetString(), StringComparison.Ordinal);
    }

    private async Task<List<string>> LabelsAsync(string query) => (await _api.GetAsync($"deployments/?{query}")).Values("label", "data");

    /// <summary>Nothing that is asked changes it, so one is enough.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal SimulatedApi Api { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Api = await SimulatedApi.StartAsync(Scenario);

        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }
}
