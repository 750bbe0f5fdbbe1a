using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Core.Tests.Housekeeping;

public sealed class HousekeeperTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_long_over_is_forgotten_and_what_is_open_is_kept()
    {
        await ApplyAsync();
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.TakeAsync("d2", 0.7);
        await _pipeline.NotifyAllAsync();
        await _pipeline.TakeAsync("d1", 0.9);
        await _pipeline.NotifyAllAsync();
        await _pipeline.Get<SilenceStore>().AddAsync(
            new(new Dictionary<string, Glob> { ["rule"] = new("x") }), _pipeline.Now, _pipeline.Now.AddHours(1), "me", "", Cancellation);
        await _pipeline.Notifications.SendAsync([new("1", "s", "group-wake/9", "{}"u8.ToArray())], Cancellation);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(new HousekeepingReport(0, 0, 0, 1), await CleanAsync());
        _pipeline.Time.Advance(TimeSpan.FromDays(31));
        var report = await CleanAsync();

        Assert.Equal((1, 1), (report.Deliveries, report.Silences));
        Assert.Empty(await _pipeline.AlertsAsync("d1"));
        Assert.Equal(["floor/all open warning"], await _pipeline.AlertsAsync("d2"));
        Assert.Equal(["d2"], await _pipeline.Get<AlertingDeployments>().ListAsync(Cancellation).Select(one => one.Id).ToListAsync(Cancellation));
    }

    // P27
    [Fact]
    public async Task What_a_fallback_was_notified_of_is_forgotten_too()
    {
        await ApplyAsync();
        _pipeline.Channels.Behaviour["chat"] = _ => new DeliveryResult.Refused("401");
        for (var deployment = 0; deployment < 10; deployment++)
            await _pipeline.TakeAsync($"d{deployment}", 0.7);
        await _pipeline.NotifyAllAsync();
        for (var deployment = 0; deployment < 10; deployment++)
            await _pipeline.TakeAsync($"d{deployment}", 0.9);
        await _pipeline.NotifyAllAsync();
        Assert.Equal(20, _pipeline.Channels.Said.Count(said => said.StartsWith("pager", StringComparison.Ordinal)));

        _pipeline.Time.Advance(TimeSpan.FromDays(31));
        await CleanAsync();

        Assert.Empty(await _pipeline.Get<PendingGroups>().ListKnownAsync(Cancellation).ToListAsync(Cancellation));
        foreach (var channel in new[] { "chat", "pager" })
            Assert.Empty(await _pipeline.RowsAsync(PipelineTables.Destinations, DestinationStore.PartitionKey(channel, "deployment=label-d1, rule=floor")));
    }

    [Fact]
    public async Task History_is_kept_for_ninety_days()
    {
        await ApplyAsync();
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.NotifyAllAsync();
        var day = DateOnly.FromDateTime(_pipeline.Now.UtcDateTime);

        _pipeline.Time.Advance(TimeSpan.FromDays(89));
        Assert.Equal(0, (await CleanAsync()).History);
        _pipeline.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, (await CleanAsync()).History);
        Assert.Empty(await _pipeline.Get<HistoryStore>().ListAsync(day, Cancellation).ToListAsync(Cancellation));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private Task ApplyAsync() => _pipeline.ApplyAsync(
        """
        rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 }, notify: [chat] }]
        channels: [{ name: chat, type: teams, url: "secret:chat", fallback: pager }, { name: pager, type: teams, url: "secret:pager" }]
        """);

    private async Task<HousekeepingReport> CleanAsync()
    {
        var report = await _pipeline.Get<Housekeeper>().CleanAsync(Cancellation);
        await _pipeline.WorkAsync();
        return report;
    }
}
