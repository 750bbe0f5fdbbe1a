using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>Which deployments a tick collects: those chosen, those that are gone, and how they are dealt into shards.</summary>
public sealed class CollectionTickTests : IAsyncDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly PipelineFixture _pipeline = new();

    private FakeSource Source => _pipeline.Source;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deployments_are_chosen_by_id_label_and_importance_and_can_be_denied()
    {
        Source.Deployments.Clear();
        Source.Deployments.AddRange([
            new("d1", "credit-a") { Importance = "HIGH" }, new("d2", "credit-b") { Importance = "LOW" },
            new("d3", "churn") { Importance = "HIGH" },
            new("d4", "credit-test") { Importance = "HIGH" }, new("d5", "credit-c") { Importance = "HIGH" }]);
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        _pipeline.Options = new()
        {
            Deployments = new() { Labels = ["credit-*"], Importance = ["CRITICAL", "HIGH"], Exclude = ["*-test", "d5"] },
        };

        await CollectAsync();

        Assert.Equal(["d1"], (await _pipeline.TakeAsync()).Select(batch => batch.DeploymentId));
    }

    [Fact]
    public async Task A_deployment_that_is_gone_is_published_once_and_forgotten()
    {
        await _pipeline.ApplyAsync(
            """
            rules:
              - { name: r, metric: Accuracy, instances: each, deployments: { id: d1 }, when: { below: 0.8 } }
            """);
        await CollectAsync();
        await _pipeline.TakeAsync();
        Source.Deployments.RemoveAt(0);

        Assert.Equal(["d1"], (await CollectAsync()).Gone);
        Assert.True(Assert.Single(await _pipeline.TakeAsync(), batch => batch.DeploymentId == "d1").DeploymentGone);
        Assert.Empty((await CollectAsync()).Gone);
        Assert.Empty(await _pipeline.CheckpointRowsAsync("d1"));
        Assert.Equal(["d2"], (await _pipeline.CheckpointRowsAsync("known")).Select(row => row.RowKey));
    }

    [Fact]
    public async Task A_deployment_that_a_page_left_out_is_not_gone()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await CollectAsync();
        Source.Hidden.Add("d1");
        _pipeline.Time.Advance(Hour);

        var report = await CollectAsync();

        Assert.Equal((0, 2, 2), (report.Gone.Count, report.Deployments, report.Windows));
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_forgets_no_deployment()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await CollectAsync();
        await _pipeline.TakeAsync();
        Source.OnList = () => throw new MetricSourceException(MetricSourceProblem.Unauthorized, "token");

        await Assert.ThrowsAsync<MetricSourceException>(CollectAsync);
        Assert.Empty(await _pipeline.TakeAsync());
    }

    [Fact]
    public async Task A_deployment_that_may_no_longer_be_seen_is_a_failure_and_neither_gone_nor_the_end_of_the_tick()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await CollectAsync();
        _pipeline.Time.Advance(Hour);
        Source.Hidden.Add("d1");
        Source.OnFind = _ => throw new MetricSourceException(MetricSourceProblem.Forbidden, "no permission");

        var report = await CollectAsync();

        Assert.Equal(("d1", "no permission"), (report.Failures.Single().DeploymentId, report.Failures.Single().Text));
        Assert.Equal((0, 1, 1), (report.Gone.Count, report.Deployments, report.Windows));

        _pipeline.Options = new() { Deployments = new() { Exclude = ["d1"] } };
        report = await CollectAsync();
        Assert.Equal(["d1"], report.Gone);
    }

    [Fact]
    public async Task Shards_cover_every_deployment_once_and_their_reports_make_the_tick()
    {
        Source.Deployments.Clear();
        Source.Deployments.AddRange(Enumerable.Range(0, 40).Select(number => new Deployment($"d{number}", $"model-{number}")));
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: responseTime, when: { above: 1 } }]");

        _pipeline.Options = new() { ShardSize = 7 };
        var state = await _pipeline.TickAsync();

        Assert.True(state.IsComplete);
        Assert.InRange(state.Shards, 4, 6);
        Assert.Equal((40, 40 * 168, 40), (state.Report.Deployments, state.Report.Windows, state.Report.Series));
        Assert.Equal(40, (await _pipeline.TakeAsync()).Select(batch => batch.DeploymentId).Distinct().Count());
    }

    [Fact]
    public async Task A_tick_that_runs_out_of_time_is_taken_up_with_those_that_waited_longest()
    {
        Source.Deployments.Clear();
        Source.Deployments.AddRange(Enumerable.Range(0, 6).Select(number => new Deployment($"d{number}", $"model-{number}")));
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: responseTime, when: { above: 1 } }]");
        Source.OnRead = (_, _) => _pipeline.Time.Advance(TimeSpan.FromMinutes(2));
        _pipeline.Options = new() { MaxConcurrency = 1, TimeLimit = TimeSpan.FromMinutes(5) };

        var first = await CollectAsync();
        var second = await CollectAsync();

        Assert.Equal((3, 3, false), (first.Deployments, first.Behind, first.IsHealthy));
        Assert.Equal(6, Source.Reads.Select(read => read.Deployment.Id).Distinct().Count());
        Assert.Equal(3, second.Deployments);
    }

    [Fact]
    public async Task Ticks_that_piled_up_collect_a_deployment_once()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        for (var tick = 0; tick < 3; tick++)
        {
            await _pipeline.ScheduleAsync();
            _pipeline.Time.Advance(TimeSpan.FromMinutes(10));
        }

        await _pipeline.DrainShardsAsync();

        Assert.Equal(2, Source.Reads.Count);
        Assert.True((await _pipeline.Reports.LoadAsync(Cancellation))!.IsComplete);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private Task<CollectionReport> CollectAsync() => _pipeline.CollectAsync();
}
