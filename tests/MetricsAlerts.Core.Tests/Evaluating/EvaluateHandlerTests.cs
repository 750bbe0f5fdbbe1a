using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Core.Tests.Evaluating;

/// <summary>The stage Evaluate on tables and queues: what it reads, writes and passes along.</summary>
public sealed class EvaluateHandlerTests : IAsyncDisposable
{
    private const string Earlier = "w|all|";

    private readonly PipelineFixture _pipeline = new(("Notify:GroupWait", "00:00:00"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ticks_leave_the_earlier_windows_alone_until_there_are_many_new_ones()
    {
        await ApplyAsync("when: { below: 0.5 }, for: 2 windows");
        await TakeAsync(Enumerable.Range(0, 50).Select(_ => (double?)0.9), first: 0);

        var written = new HashSet<string>();
        for (var hour = 50; hour < 90; hour++)
        {
            await TakeAsync([0.9], hour);
            written.Add((await RowsAsync()).Single(row => row.RowKey == Earlier).ETag);
        }

        // They are put apart at first, and whenever another seventeen have come.
        Assert.Equal(3, written.Count);
    }

    // Seed 2443: a deployment that was new lost the windows that were put apart first.
    [Fact]
    public async Task Windows_that_came_one_by_one_from_the_first_are_all_there_for_a_rule_that_is_added_later()
    {
        await ApplyAsync("when: { below: 0.1 }");
        for (var hour = 0; hour < 100; hour++)
            await TakeAsync([0.4], hour);

        await ApplyAsync("when: { below: 0.5 }, for: 101 windows");
        await TakeAsync([0.4], first: 100);

        Assert.Equal(["floor/all open warning"], await _pipeline.AlertsAsync());
    }

    [Fact]
    public async Task A_late_value_of_a_window_that_is_stored_apart_is_evaluated_all_the_same()
    {
        await ApplyAsync("when: { below: 0.5 }, for: 45 windows");
        await TakeAsync(Enumerable.Range(0, 60).Select(hour => hour == 20 ? 0.9 : (double?)0.4), first: 0);
        Assert.Empty(await _pipeline.AlertsAsync());

        await TakeAsync([0.4], first: 20);

        Assert.Equal(["floor/all open warning"], await _pipeline.AlertsAsync());
        Assert.Equal(24, (await AlertAsync()).Evidence.Recent.Count);
    }

    [Fact]
    public async Task What_is_told_may_show_a_value_from_before_the_recent_windows()
    {
        await ApplyAsync("when: { below: 0.5 }, noData: alert, for: 40 windows");
        await TakeAsync(Enumerable.Range(0, 60).Select(hour => hour == 0 ? 0.7 : (double?)0.6), first: 0);
        for (var hour = 60; hour < 99; hour++)
            await TakeAsync([null], hour);
        Assert.Empty(await _pipeline.AlertsAsync());

        await TakeAsync([null], first: 99);

        var alert = await AlertAsync();
        Assert.Equal((true, 0.6), (alert.NoData, alert.Evidence.Value));
    }

    // K1
    [Fact]
    public async Task The_previous_value_is_found_however_long_values_were_missing()
    {
        await ApplyAsync("when: { worsensBy: 10%, versus: previous }");
        await TakeAsync(Enumerable.Repeat<double?>(0.9, 60), first: 0);
        for (var hour = 60; hour < 107; hour++)
            await TakeAsync([null], hour);

        await TakeAsync([0.5], first: 107);

        Assert.Equal(["floor/all open warning"], await _pipeline.AlertsAsync());
    }

    [Fact]
    public async Task Of_a_deployment_that_is_gone_no_windows_stay()
    {
        await ApplyAsync("when: { below: 0.5 }");
        await TakeAsync(Enumerable.Range(0, 50).Select(_ => (double?)0.4), first: 0);
        Assert.Contains(await RowsAsync(), row => row.RowKey == Earlier);

        await _pipeline.TakeAsync(new MetricBatch("d1") { DeploymentGone = true, Reading = 1000 });

        Assert.Equal(["floor/all closed deploymentGone"], await _pipeline.AlertsAsync());
        Assert.Equal(["a|", "d"], (await RowsAsync()).Select(row => row.RowKey[..Math.Min(2, row.RowKey.Length)]));
    }

    // P25
    [Fact]
    public async Task A_deployment_that_was_gone_for_a_tick_is_told_again_at_once_when_it_is_back()
    {
        await ApplyAsync("when: { below: 0.5 }, for: 24 windows");
        await TakeAsync(Enumerable.Repeat<double?>(0.4, 24), first: 0);
        await _pipeline.NotifyAllAsync();
        await _pipeline.TakeAsync(new MetricBatch("d1") { DeploymentGone = true, Reading = 1000 });
        await _pipeline.NotifyAllAsync();

        await TakeAsync(Enumerable.Repeat<double?>(0.4, 24), first: 0, reading: 1001);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["chat Fired floor warning", "chat Resolved floor deploymentGone", "chat Fired floor warning"], _pipeline.Channels.Said);
    }

    [Fact]
    public async Task A_batch_from_before_the_deployment_was_gone_does_not_bring_it_back()
    {
        await ApplyAsync("when: { below: 0.5 }");
        await TakeAsync([0.9], first: 0, reading: 1);
        await _pipeline.TakeAsync(new MetricBatch("d1") { DeploymentGone = true, Reading = 1000 });

        await TakeAsync([0.4], first: 1, reading: 2);

        Assert.Empty(await _pipeline.AlertsAsync());
        Assert.Equal(["d"], (await RowsAsync()).Select(row => row.RowKey));
    }

    [Fact]
    public async Task What_cannot_be_read_is_dead_lettered_with_the_reason()
    {
        await _pipeline.Windows.SendAsync(
            [new("1", "s", MetricBatch.SchemaName, "not json"u8.ToArray()), new("2", "s", "metric-batch/9", "{}"u8.ToArray())], Cancellation);
        await _pipeline.EvaluateAsync();

        Assert.Equal(["UnreadableMessage", "UnreadableMessage"], (await _pipeline.Windows.PeekDeadLettersAsync(10, Cancellation)).Select(dead => dead.Reason));
    }

    [Fact]
    public async Task Every_change_of_an_alert_is_in_the_history_once()
    {
        await ApplyAsync("when: { below: { warning: 0.5, critical: 0.3 } }");
        foreach (var (hour, value) in new double?[] { 0.4, 0.2, 0.9 }.Index())
            await TakeAsync([value], hour);

        var entries = await _pipeline.Get<HistoryStore>().ListAsync(DateOnly.FromDateTime(_pipeline.Now.UtcDateTime), Cancellation).ToListAsync(Cancellation);
        Assert.Equal(
            [("open", "Breaching(0.4, 0.5)"), ("open", "Breaching(0.2, 0.3)"), ("closed", "Recovered")], entries.Select(entry => (entry.What, entry.Why)));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private Task ApplyAsync(string rule) => _pipeline.ApplyAsync(
        $$"""
        rules: [{ name: floor, metric: Accuracy, notify: [chat], {{rule}} }]
        channels: [{ name: chat, type: teams, url: "secret:chat" }]
        """);

    private Task TakeAsync(IEnumerable<double?> values, int first, long? reading = null) => _pipeline.TakeAsync(new MetricBatch("d1")
    {
        Deployment = _pipeline.DeploymentOf("d1"),
        Reading = reading ?? 1,
        Instances = [new("all", [new("Accuracy", Story.Hour, [.. values.Select((value, index) => new MetricWindow(
            Story.Start.AddHours(first + index), Story.Start.AddHours(first + index + 1), value, 100))])])],
    });

    private async Task<Alert> AlertAsync() => await _pipeline.Get<AlertStore>().ListAsync("d1", Cancellation).SingleAsync(Cancellation);

    private Task<List<TableRow>> RowsAsync() => _pipeline.RowsAsync(PipelineTables.Series, "d1");
}
