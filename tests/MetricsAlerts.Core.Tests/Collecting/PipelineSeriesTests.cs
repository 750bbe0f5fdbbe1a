using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>What the pipeline says of itself: as metrics that rules run on, and to a dead man's switch.</summary>
public sealed class PipelineSeriesTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new();

    private FakeSource Source => _pipeline.Source;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_that_cannot_be_read_is_a_failure_in_the_pipelines_own_metrics()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await CollectAsync();
        await _pipeline.TakeMessagesAsync();
        _pipeline.Time.Advance(TimeSpan.FromMinutes(10));
        Source.OnList = () => throw new MetricSourceException(MetricSourceProblem.Unauthorized, "token");

        await Assert.ThrowsAsync<MetricSourceException>(_pipeline.ScheduleAsync);
        await _pipeline.DrainShardsAsync();

        Assert.Equal("token", (await _pipeline.Reports.LoadAsync(Cancellation))!.Report.Failures.Single().Text);
        Assert.Equal(1, _pipeline.Heartbeat.Beats);
        Assert.Equal(1, Values(await _pipeline.TakePipelineAsync())["collect.failures"]);
    }

    [Fact]
    public async Task A_deployment_that_cannot_be_read_is_a_failure_in_the_pipelines_own_metrics()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        Source.OnRead = (_, _) => throw new MetricSourceException(MetricSourceProblem.Unavailable, "down");

        await CollectAsync();

        Assert.Equal(2, Values(await _pipeline.TakePipelineAsync())["collect.failures"]);
    }

    [Fact]
    public async Task How_long_messages_wait_and_what_could_not_be_processed_are_metrics_of_the_pipeline()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await _pipeline.Queues.Collect.SendAsync([new("1", "s", "collection-shard/9", "{}"u8.ToArray())], Cancellation);
        await _pipeline.ScheduleAsync();
        _pipeline.Time.Advance(TimeSpan.FromSeconds(90));
        await _pipeline.DrainShardsAsync();

        var values = Values(await _pipeline.TakePipelineAsync());

        Assert.Equal((90, null, null), (values["collect.lag"], values["evaluate.lag"], values["notify.lag"]));
        Assert.Equal((1, 1), (values["deadLetters"], values["collect.deadLetters"]));
        Assert.Equal((0, 0), (values["evaluate.deadLetters"], values["notify.deadLetters"]));
    }

    [Fact]
    public async Task The_heartbeat_is_sent_after_a_healthy_tick_only()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await CollectAsync();
        Assert.Equal(1, _pipeline.Heartbeat.Beats);

        Source.OnRead = (_, _) => throw new MetricSourceException(MetricSourceProblem.Unavailable, "down");
        await CollectAsync();
        Assert.Equal(1, _pipeline.Heartbeat.Beats);
    }

    // K7
    [Fact]
    public async Task A_good_tick_does_not_take_back_the_failure_of_another_in_the_same_ten_minutes()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        var failures = new List<double?>();
        for (var minute = 0; minute < 5; minute++)
        {
            var isBad = minute % 2 == 1;
            Source.OnRead = (_, _) =>
            {
                if (isBad)
                    throw new MetricSourceException(MetricSourceProblem.Unavailable, "down");
            };
            await CollectAsync();
            failures.Add(Values(await _pipeline.TakePipelineAsync())["collect.failures"]);
            _pipeline.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([0, 2, 2, 2, 2], failures);
    }

    // K13
    [Fact]
    public async Task The_duration_is_that_of_the_tick_and_not_of_its_longest_shard()
    {
        _pipeline.Options = new() { ShardSize = 1, MaxConcurrency = 1 };
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: responseTime, when: { above: 1 } }]");
        Source.OnRead = (_, _) => _pipeline.Time.Advance(TimeSpan.FromSeconds(20));
        Source.Deployments.Clear();
        for (var number = 0; number < 8; number++)
            Source.Deployments.Add(new($"d{number}", $"d{number}"));

        Assert.Equal(160, (await CollectAsync()).Seconds);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private Task<CollectionReport> CollectAsync() => _pipeline.CollectAsync();

    private static IReadOnlyDictionary<string, double?> Values(ILookup<DateTimeOffset, IReadOnlyDictionary<string, double?>> windows) =>
        windows.Single().Single();
}
