using MetricsAlerts.Core.Tests.Notifying;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using static MetricsAlerts.Core.Tests.Notifying.ChannelBoard;

namespace MetricsAlerts.Core.Tests.Housekeeping;

public sealed class HousekeeperTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_long_over_is_forgotten_and_what_is_open_is_kept()
    {
        await _pipeline.ApplyAsync("rules: []\nchannels: [{ name: chat, type: teams, url: \"secret:chat\" }]");
        var channels = new ChannelBoard(_pipeline.Time);
        await new AlertQueue(_pipeline.Alerts).SendAsync(
            [Message("e1", 0, Transition.Fired), Message("e2", 1, Transition.Resolved), Message("e3", 0, Transition.Fired, deployment: "d2")], Cancellation);
        await _pipeline.DrainAllAsync(_pipeline.Alerts, _pipeline.Delivery(channels));
        await _pipeline.Silences.AddAsync(new(new Dictionary<string, Glob> { ["rule"] = new("x") }), _pipeline.Time.GetUtcNow(), _pipeline.Time.GetUtcNow().AddHours(1), "me", "", Cancellation);
        await _pipeline.Alerts.SendAsync([new("1", "s", "alert/9", "{}"u8.ToArray())], Cancellation);
        await _pipeline.DrainAllAsync(_pipeline.Alerts, _pipeline.Delivery(channels));

        Assert.Equal(new HousekeepingReport(1, 0, 0, 1), await _pipeline.Housekeeper().CleanAsync(Cancellation));
        _pipeline.Time.Advance(TimeSpan.FromDays(31));
        var report = await _pipeline.Housekeeper().CleanAsync(Cancellation);

        Assert.Equal((1, 1), (report.Deliveries, report.Silences));
        Assert.Equal(["d2"], await _pipeline.AlertStore.ListAsync(Cancellation).Select(record => record.Last.Deployment.Id).ToListAsync(Cancellation));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();
}
