using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying;
using MetricsAlerts.Routing;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Core.Tests.Notifying;

public sealed class ChannelTurnTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new(("Notify:GroupWait", "00:00:00"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RecordingChannels Channels => _pipeline.Channels;

    // S12
    [Fact]
    public async Task A_turn_that_was_taken_is_used_by_whoever_wakes_the_group_next()
    {
        await ApplyAsync();
        foreach (var deployment in (string[])["d1", "d2", "d3"])
            await _pipeline.TakeAsync(deployment, 0.82);
        await _pipeline.NotifyAsync();
        Assert.Single(Channels.Messages);

        // The wakes that were asked for are lost; the sweep comes long after the turns.
        _pipeline.Time.Advance(TimeSpan.FromMinutes(10));
        foreach (var deployment in (string[])["d1", "d2", "d3"])
            await HandleAsync(new GroupWake("chat", $"deployment=label-{deployment}, rule=floor").ToMessage("sweep"));

        Assert.Equal(3, Channels.Messages.Count);
    }

    [Fact]
    public async Task What_the_queue_says_is_due_is_due_whatever_this_clock_says()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Deferred("503");
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAsync();
        var due = _pipeline.Now.AddSeconds(10);

        _pipeline.Time.Advance(TimeSpan.FromSeconds(9.8));
        await HandleAsync(new GroupWake("chat", "deployment=label-d1, rule=floor").ToMessage("retry", due));

        Assert.Equal(2, Channels.Attempts.Count);
    }

    // Seeds 976, 1276
    [Fact]
    public async Task What_the_queue_says_hours_too_early_waits_for_this_clock()
    {
        await ApplyAsync(", remindEvery: 2h");
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAsync();
        var wakes = new List<DateTimeOffset?>();
        _pipeline.Notifications.OnSend = messages => wakes.AddRange(messages.Select(message => message.EnqueueAt));

        // This process's clock is five hours behind the queue's: in two hours by this clock it is seven hours later by the queue's.
        var due = _pipeline.Now.AddHours(5);
        await HandleAsync(new GroupWake("chat", "deployment=label-d1, rule=floor").ToMessage("reminder", due));

        Assert.Single(Channels.Messages);
        Assert.Equal(due.AddHours(2), Assert.Single(wakes));
    }

    // S10
    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 1)]
    public async Task A_turn_that_was_given_out_in_the_future_is_nobodys(int hoursAhead, int said)
    {
        await ApplyAsync();
        var next = _pipeline.Now.AddHours(6);
        var row = new TableRow("chat", new Dictionary<string, object> { ["next"] = next, ["givenAt"] = _pipeline.Now.AddHours(hoursAhead) });
        await _pipeline.Tables.GetTable(PipelineTables.Destinations).CommitAsync("turns", [new TableOperation.Upsert(row)], Cancellation);

        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAsync();

        Assert.Equal(said, Channels.Messages.Count);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private async Task HandleAsync(QueueMessage wake) => Assert.Equal(Settlement.Complete, 
        await _pipeline.Get<NotifyHandler>().HandleAsync(new(wake.MessageId, wake.SessionId, wake.Schema, wake.Body, 1, 1, _pipeline.Now), Cancellation));

    private async Task ApplyAsync(string fields = "")
    {
        Channels.Pace["chat"] = TimeSpan.FromMilliseconds(250);
        await _pipeline.ApplyAsync(
            $$"""
            rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 }, notify: [chat]{{fields}} }]
            channels: [{ name: chat, type: teams, url: "secret:chat" }]
            """);
    }
}
