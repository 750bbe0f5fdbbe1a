using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Core.Tests.Evaluating;

/// <summary>The stage Evaluate on tables and queues: what it reads, writes and tells.</summary>
public sealed class RuleEvaluationTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ticks_leave_the_earlier_windows_alone_until_there_are_many_new_ones()
    {
        await _pipeline.ApplyAsync("rules: [{ name: floor, metric: Accuracy, when: { below: 0.5 }, for: 2 windows }]");
        await TakeAsync(Enumerable.Range(0, 50).Select(_ => (double?)0.9), first: 0);

        var written = new HashSet<string>();
        for (var hour = 50; hour < 90; hour++)
        {
            await TakeAsync([0.9], hour);
            written.Add((await RowsAsync()).Single(row => row.RowKey == "earlier").ETag);
        }

        // They are put apart at first, and whenever another seventeen have come.
        Assert.Equal(3, written.Count);
    }

    [Fact]
    public async Task A_late_value_of_a_window_that_is_stored_apart_is_evaluated_all_the_same()
    {
        await _pipeline.ApplyAsync("rules: [{ name: floor, metric: Accuracy, when: { below: 0.5 }, for: 45 windows }]");
        await TakeAsync(Enumerable.Range(0, 60).Select(hour => hour == 20 ? 0.9 : (double?)0.4), first: 0);
        Assert.Empty(await ToldAsync());

        await TakeAsync([0.4], first: 20);

        var fired = Assert.Single(await ToldAsync());
        Assert.Equal((Transition.Fired, 24), (fired.Transition, fired.Recent.Count));
    }

    [Fact]
    public async Task What_is_told_may_show_a_value_from_before_the_recent_windows()
    {
        await _pipeline.ApplyAsync("rules: [{ name: floor, metric: Accuracy, when: { below: 0.5 }, noData: alert, for: 40 windows }]");
        await TakeAsync(Enumerable.Range(0, 60).Select(hour => hour == 0 ? 0.7 : (double?)0.6), first: 0);
        for (var hour = 60; hour < 99; hour++)
            await TakeAsync([null], hour);
        Assert.Empty(await ToldAsync());

        await TakeAsync([null], first: 99);

        var told = Assert.Single(await ToldAsync());
        Assert.Equal((Transition.NoData, 0.6), (told.Transition, told.Value));
    }

    [Fact]
    public async Task Of_a_deployment_that_is_gone_no_windows_stay()
    {
        await _pipeline.ApplyAsync("rules: [{ name: floor, metric: Accuracy, when: { below: 0.5 } }]");
        await TakeAsync(Enumerable.Range(0, 50).Select(_ => (double?)0.4), first: 0);
        Assert.Contains(await RowsAsync(), row => row.RowKey == "earlier");

        await TakeAsync(new MetricBatch("d1") { Deployment = Deployment, DeploymentGone = true });

        Assert.Equal(["Fired", "Resolved"], (await ToldAsync()).Select(transition => transition.Transition.ToString()));
        Assert.Equal(0, Assert.Single(await RowsAsync()).Number("series"));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static Deployment Deployment { get; } = new("d1", "credit-risk");

    private Task TakeAsync(IEnumerable<double?> values, int first) => TakeAsync(new MetricBatch("d1")
    {
        Deployment = Deployment,
        Instances = [new("all", [new("Accuracy", Story.Hour, [.. values.Select((value, index) => new MetricWindow(Story.Start.AddHours(first + index), Story.Start.AddHours(first + index + 1), value, 100))])])],
    });

    private async Task TakeAsync(MetricBatch batch)
    {
        await _pipeline.Windows.SendAsync([.. MetricBatchMessages.Of(batch)], Cancellation);
        await _pipeline.DrainAsync(_pipeline.Windows, _pipeline.Evaluation());
    }

    private async Task<List<TableRow>> RowsAsync() =>
        await _pipeline.Tables.GetTable(PipelineTables.Series).QueryAsync("d1|all", RowKeyRange.All, Cancellation).ToListAsync(Cancellation);

    /// <summary>What was told since this was last asked.</summary>
    private async Task<List<AlertTransition>> ToldAsync()
    {
        var told = new List<AlertTransition>();
        while (await _pipeline.Alerts.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation) is { } session)
        {
            await using (session)
            {
                foreach (var message in await session.ReceiveAsync(100, Cancellation))
                {
                    told.Add(System.Text.Json.JsonSerializer.Deserialize(message.Body.Span, AlertJson.Default.AlertMessage)!.Transition);
                    await session.CompleteAsync(message, Cancellation);
                }
            }
        }

        return told;
    }
}
