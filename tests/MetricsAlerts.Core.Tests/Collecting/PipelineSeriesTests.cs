using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>What the pipeline tells of itself: as metrics that rules run on, and to a dead man's switch.</summary>
public sealed class PipelineSeriesTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new();
    private readonly FakeSource _source = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_that_cannot_be_read_is_a_failure_that_a_rule_on_the_pipeline_hears_of()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }, { name: blind, metric: collect.failures, when: { above: 0 } }]");
        await CollectAsync();
        _pipeline.Time.Advance(TimeSpan.FromMinutes(10));
        _source.OnList = () => throw new MetricSourceException(MetricSourceProblem.Unauthorized, "token");

        await Assert.ThrowsAsync<MetricSourceException>(CollectAsync);
        await _pipeline.DrainAsync(_pipeline.Windows, _pipeline.Evaluation());

        Assert.Equal("token", (await _pipeline.Reports.LoadAsync(Cancellation))!.Report.Failures.Single().Text);
        Assert.Equal(1, _pipeline.Heartbeat.Beats);
        await using var session = await _pipeline.Alerts.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        Assert.Equal("pipeline/blind", session!.SessionId);
    }

    [Fact]
    public async Task The_pipeline_watches_itself()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }, { name: blind, metric: collect.failures, when: { above: 0 } }]");
        await CollectAsync();
        _pipeline.Time.Advance(TimeSpan.FromMinutes(10));
        _source.OnRead = (_, _) => throw new MetricSourceException(MetricSourceProblem.Unavailable, "down");
        await CollectAsync();
        await _pipeline.DrainAsync(_pipeline.Windows, _pipeline.Evaluation());

        await using var session = await _pipeline.Alerts.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        Assert.Equal("pipeline/blind", session!.SessionId);
    }

    [Fact]
    public async Task How_long_messages_wait_and_what_could_not_be_processed_are_metrics_of_the_pipeline()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await _pipeline.Windows.SendAsync([new("1", "s", "metric-batch/9", "{}"u8.ToArray())], Cancellation);
        await CollectAsync();
        _pipeline.Time.Advance(TimeSpan.FromSeconds(89));
        await _pipeline.DrainAsync(_pipeline.Windows, _pipeline.Evaluation());
        await CollectAsync();

        var own = (await _pipeline.TakeBatchesAsync()).Single(batch => batch.Deployment.Id == PipelineDeployment.Id);
        var values = own.Series.ToDictionary(series => series.Metric, series => series.Windows.Single().Value);
        Assert.Equal((0, 90, null), (values["collect.lag"], values["evaluate.lag"], values["notify.lag"]));
        Assert.Equal((1, 0, 1, 0), (values["deadLetters"], values["collect.deadLetters"], values["evaluate.deadLetters"], values["notify.deadLetters"]));
    }

    [Fact]
    public async Task The_heart_beats_after_a_healthy_tick_only()
    {
        await _pipeline.ApplyAsync("rules: [{ name: r, metric: Accuracy, when: { below: 0.8 } }]");
        await CollectAsync();
        Assert.Equal(1, _pipeline.Heartbeat.Beats);

        _source.OnRead = (_, _) => throw new MetricSourceException(MetricSourceProblem.Unavailable, "down");
        await CollectAsync();
        Assert.Equal(1, _pipeline.Heartbeat.Beats);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private async Task<CollectionReport> CollectAsync() => (await _pipeline.CollectAsync(_source)).Report;
}
