using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>Ticks that overlap, shards that come twice, clocks that are set back.</summary>
public sealed class TickTests : IAsyncDisposable
{
    private const string Rules = "rules: [{ name: r, metric: responseTime, when: { above: 1 } }]";

    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(10);

    private readonly PipelineFixture _pipeline = new();

    private FakeSource Source => _pipeline.Source;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // K11
    [Fact]
    public async Task Ticks_that_take_longer_than_the_schedule_are_completed_one_after_the_other()
    {
        _pipeline.Options = new() { ShardSize = 1, MaxConcurrency = 1 };
        Source.Deployments.Clear();
        Source.Deployments.AddRange(Enumerable.Range(0, 6).Select(number => new Deployment($"d{number}", $"model {number}")));
        Source.OnRead = (_, _) => _pipeline.Time.Advance(TimeSpan.FromMinutes(3));
        await _pipeline.ApplyAsync(Rules);
        var due = _pipeline.Time.GetUtcNow();
        for (var ticks = 0; ticks < 20;)
        {
            if (_pipeline.Time.GetUtcNow() >= due)
            {
                await _pipeline.ScheduleAsync();
                ticks++;
                due += Tick;
            }
            else if (!await _pipeline.HandleShardAsync())
            {
                _pipeline.Time.Advance(due - _pipeline.Time.GetUtcNow());
            }
        }

        while (await _pipeline.HandleShardAsync())
        {
        }

        var windows = (await _pipeline.TakePipelineAsync()).OrderBy(window => window.Key).ToList();
        Assert.InRange(windows.Count, 18, 20);
        Assert.Contains(windows, window => window.Last()["collect.duration"] > 600);
        Assert.All(await _pipeline.Reports.ListAsync(Cancellation), tick => Assert.True(tick.IsComplete));
    }

    // K12
    [Fact]
    public async Task A_shard_that_is_delivered_again_keeps_its_report_and_is_not_read_again()
    {
        await _pipeline.ApplyAsync(Rules);
        Source.OnRead = (deployment, _) =>
        {
            if (deployment.Id == "d1")
                throw new MetricSourceException(MetricSourceProblem.Unavailable, "down");
        };
        await _pipeline.ScheduleAsync();
        await _pipeline.HandleShardAndDieAsync();
        _pipeline.Time.Advance(TimeSpan.FromSeconds(90));
        await _pipeline.DrainShardsAsync();

        var report = (await _pipeline.Reports.LoadAsync(Cancellation))!.Report;
        Assert.Equal((2, 1, false, 0), (report.Deployments, report.Failures.Count, report.IsHealthy, _pipeline.Heartbeat.Beats));
        Assert.Equal(2, Source.Reads.Count);
        Assert.All((await _pipeline.TakePipelineAsync()).Single(), values => Assert.Equal(1, values["collect.failures"]));
    }

    [Fact]
    public async Task A_shard_whose_worker_died_before_its_report_is_read_again()
    {
        await _pipeline.ApplyAsync(Rules);
        await _pipeline.ScheduleAsync();
        _pipeline.Tables.OnCommit = (partition, _) =>
        {
            if (partition == "Collections/tick")
                throw new IOException("the process died");
        };
        await Assert.ThrowsAsync<IOException>(_pipeline.HandleShardAndDieAsync);
        _pipeline.Tables.OnCommit = (_, _) => { };
        _pipeline.Time.Advance(TimeSpan.FromSeconds(90));
        await _pipeline.DrainShardsAsync();

        var report = (await _pipeline.Reports.LoadAsync(Cancellation))!.Report;
        Assert.Equal((2, 0, 0), (report.Deployments, report.Skipped, report.Windows));
        Assert.Equal(2, (await _pipeline.TakeAsync()).Count);
    }

    [Fact]
    public async Task A_tick_that_was_left_to_the_one_before_is_not_healthy()
    {
        await _pipeline.ApplyAsync(Rules);
        await _pipeline.ScheduleAsync();
        _pipeline.Time.Advance(Tick);
        await _pipeline.ScheduleAsync();
        _pipeline.Time.Advance(TimeSpan.FromMinutes(1));
        await _pipeline.DrainShardsAsync();

        var ticks = await _pipeline.Reports.ListAsync(Cancellation);
        Assert.Equal(
            [(2, 0, true), (0, 2, false)], ticks.Select(tick => (tick.Report.Deployments, tick.Report.Skipped, tick.Report.IsHealthy)));
        Assert.Equal(1, _pipeline.Heartbeat.Beats);
    }

    // R19
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_the_clock_was_set_back_every_tick_collects(bool leavesAShardWaiting)
    {
        await _pipeline.ApplyAsync(Rules);
        _pipeline.Time.Advance(TimeSpan.FromDays(1));
        await _pipeline.CollectAsync();
        if (leavesAShardWaiting)
            await _pipeline.ScheduleAsync();
        _pipeline.Time.AdjustTime(_pipeline.Time.GetUtcNow() - TimeSpan.FromDays(1));
        var beats = _pipeline.Heartbeat.Beats;

        for (var tick = 0; tick < 4; tick++)
        {
            var at = await _pipeline.ScheduleAsync();
            await _pipeline.DrainShardsAsync();
            var state = (await _pipeline.Reports.LoadAsync(Cancellation))!;
            Assert.Equal((at, true, 2, 0), (state.Report.At, state.IsComplete, state.Report.Deployments, state.Report.Skipped));
            _pipeline.Time.Advance(Tick);
        }

        Assert.Equal(beats + 4, _pipeline.Heartbeat.Beats);
    }

    // R19
    [Fact]
    public async Task An_attempt_in_the_future_does_not_put_a_deployment_last()
    {
        _pipeline.Options = new() { MaxConcurrency = 1, TimeLimit = TimeSpan.FromMinutes(1) };
        await _pipeline.ApplyAsync(Rules);
        Source.Deployments.RemoveAt(1);
        _pipeline.Time.Advance(TimeSpan.FromDays(1));
        await _pipeline.CollectAsync();
        _pipeline.Time.AdjustTime(_pipeline.Time.GetUtcNow() - TimeSpan.FromDays(1));
        Source.Deployments.Add(new("d2", "churn"));
        Source.OnRead = (_, _) => _pipeline.Time.Advance(TimeSpan.FromMinutes(2));

        await _pipeline.CollectAsync();

        Assert.Equal(["d1", "d1"], Source.Reads.Select(read => read.Deployment.Id));
    }

    [Fact]
    public async Task Reports_of_old_ticks_are_removed()
    {
        await _pipeline.ApplyAsync(Rules);
        for (var tick = 0; tick < 50; tick++)
        {
            await _pipeline.CollectAsync();
            _pipeline.Time.Advance(Tick);
        }

        Assert.InRange((await _pipeline.Reports.ListAsync(Cancellation)).Count, 1, 3);
    }

    [Fact]
    public async Task The_sweep_runs_every_tick_also_when_the_source_cannot_be_reached()
    {
        await _pipeline.ApplyAsync(Rules);
        await _pipeline.CollectAsync();
        Source.OnList = () => throw new MetricSourceException(MetricSourceProblem.Unavailable, "down");
        await _pipeline.TakeLooksAsync();
        await _pipeline.ApplyAsync(Rules.Replace("above: 1", "above: 2", StringComparison.Ordinal));
        await Assert.ThrowsAsync<MetricSourceException>(_pipeline.ScheduleAsync);

        // The rules have changed: every known deployment is looked at again.
        Assert.Equal(["d1", "d2", PipelineDeployment.Id], await _pipeline.TakeLooksAsync());
    }

    [Fact]
    public async Task No_more_deployments_are_read_at_once_than_allowed()
    {
        _pipeline.Options = new() { MaxConcurrency = 3 };
        Source.Deployments.Clear();
        Source.Deployments.AddRange(Enumerable.Range(0, 20).Select(number => new Deployment($"d{number}", $"model {number}")));
        var (now, most) = (0, 0);
        Source.WhileReading = async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
        };
        await _pipeline.ApplyAsync(Rules);

        Assert.Equal(20 * 168, (await _pipeline.CollectAsync()).Windows);
        Assert.InRange(most, 1, 3);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();
}
