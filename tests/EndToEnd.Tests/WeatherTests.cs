using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Simulator.Faults;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Ticks;

namespace EndToEnd.Tests;

/// <summary>
/// What the collector does when DataRobot or the way to it is in trouble: each trouble has its outcome, and nothing is lost by it.
/// </summary>
public sealed class WeatherTests
{
    private const string Rules =
        """
        rules:
          - { name: accuracy, metric: Accuracy, when: { below: 0.5 } }
          - { name: slow, metric: responseTime, when: { above: 500 }, for: 2 windows }
        """;

    private static readonly DateTimeOffset Now = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, string?> Settings = [];

    /// <summary>For answers that never come. Where one does come, a busy machine could take longer than this.</summary>
    private static readonly Dictionary<string, string?> Impatient = new() { ["DataRobot:RequestTimeout"] = "00:00:00.300" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("401", "not accepted")]
    [InlineData("403", "permission")]
    [InlineData("404", "no deployment with this id")]
    [InlineData("422", "rejected")]
    [InlineData("503", "problem of its own")]
    [InlineData("timeout", "does not answer")]
    [InlineData("reset", "does not answer")]
    [InlineData("half", "does not answer")]
    [InlineData("html", "proxy")]
    [InlineData("types", "$.buckets")]
    [InlineData("huge", "larger than 32 MiB")]
    public async Task Trouble_is_one_line_for_each_deployment_and_what_it_kept_back_comes_when_it_is_over(string kind, string word)
    {
        var world = SyntheticWorld.Create(2, 1, Now.AddDays(-20), TimeSpan.FromDays(40)).With(
            [new Fault(kind, 1) { Path = "accuracyOverTime", To = Now.AddMinutes(30) }]);
        await using var pipeline = await CollectingPipeline.StartAsync(
            world, Now, Rules, kind == "timeout" ? Impatient : Settings, Cancellation);

        var report = await pipeline.CollectAsync(Cancellation);

        Assert.Equal(["model-00000", "model-00001"], report.Failures.Select(failure => failure.Label));
        Assert.All(report.Failures, failure => Assert.Contains(word, failure.Text, StringComparison.Ordinal));

        // A refusal or nonsense is about the one metric; the service statistics were read all the same.
        Assert.Equal(kind is "403" or "422" or "html" or "types" or "huge" ? 2 * 168 : 0, report.Windows);

        if (kind == "timeout")
            await pipeline.RestartAsync(Settings);
        pipeline.Clock.AdvanceTo(Now.AddMinutes(40));
        Assert.Equal(2 * (168 + 168), report.Windows + (await HealthyAsync(pipeline)).Windows);
        await pipeline.TakeAsync(
            batch =>
                Assert.All(
                    batch.Instances.SelectMany(instance => instance.Series),
                    series => Assert.Equal(168, series.Windows.Count)),
            Cancellation);
    }

    [Fact]
    public async Task Trouble_of_a_moment_is_got_over_inside_the_tick()
    {
        var world = SyntheticWorld.Create(40, 2, Now.AddDays(-20), TimeSpan.FromDays(40)).With(
            [new Fault("503", 0.1), new Fault("reset", 0.05), new Fault("half", 0.05)]);
        await using var pipeline = await CollectingPipeline.StartAsync(world, Now, Rules, Settings, Cancellation);

        Assert.Equal(40 * 336, (await HealthyAsync(pipeline)).Windows);
        Assert.Contains(pipeline.Simulator.Requests.Counts, pair => pair.Key.Status == 503);
    }

    [Fact]
    public async Task Throttling_is_waited_out()
    {
        var world = SyntheticWorld.Create(4, 1, Now.AddDays(-20), TimeSpan.FromDays(40)).With([new Fault("429", 0.2)]);
        await using var pipeline = await CollectingPipeline.StartAsync(world, Now, Rules, Settings, Cancellation);

        Assert.Equal(4 * 336, (await HealthyAsync(pipeline)).Windows);
        Assert.Contains(pipeline.Simulator.Requests.Counts, pair => pair.Key.Status == 429);
    }

    [Theory]
    [InlineData("401", MetricSourceProblem.Unauthorized)]
    [InlineData("foreignNext", MetricSourceProblem.Unexpected)]
    [InlineData("endless", MetricSourceProblem.Unexpected)]
    [InlineData("types", MetricSourceProblem.Unexpected)]
    public async Task A_list_of_deployments_that_cannot_be_trusted_stops_the_tick(string kind, MetricSourceProblem problem)
    {
        var world = SyntheticWorld.Create(120, 1, Now.AddDays(-20), TimeSpan.FromDays(40)).With([new Fault(kind, 1)]);
        await using var pipeline = await CollectingPipeline.StartAsync(world, Now, Rules, Settings, Cancellation);

        var exception = await Assert.ThrowsAsync<MetricSourceException>(() => pipeline.CollectAsync(Cancellation));

        Assert.Equal(problem, exception.Problem);
        Assert.DoesNotContain(pipeline.Simulator.Requests.Counts, pair => pair.Key.Endpoint.Contains("accuracy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_more_requests_are_under_way_than_allowed()
    {
        var settings = new Dictionary<string, string?> { ["DataRobot:MaxConcurrency"] = "3", ["Collection:MaxConcurrency"] = "16" };
        await using var pipeline = await CollectingPipeline.StartAsync(
            SyntheticWorld.Create(60, 1, Now.AddDays(-20), TimeSpan.FromDays(40)), Now, Rules, settings, Cancellation);

        await HealthyAsync(pipeline);

        Assert.InRange(pipeline.Simulator.Requests.MostOpen, 1, 3);
    }

    private static async Task<CollectionReport> HealthyAsync(CollectingPipeline pipeline)
    {
        var report = await pipeline.CollectAsync(Cancellation);
        Assert.Empty(report.Failures);
        return report;
    }
}
