using MetricsAlerts.Alerts;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying;
using MetricsAlerts.Operations;
using MetricsAlerts.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Core.Tests.Notifying;

/// <summary>What happens to messages that a channel does not take, and to those that come twice.</summary>
public sealed class DeliveryTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new(("Notify:GroupWait", "00:00:00"));

    private RecordingChannels Channels => _pipeline.Channels;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_goes_once_to_each_channel_of_rule_and_routes()
    {
        await ApplyAsync();
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["chat Fired floor critical", "oncall Fired floor critical"], Channels.Said.Order());
    }

    [Fact]
    public async Task A_wake_that_comes_again_says_nothing()
    {
        await ApplyAsync();
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAllAsync();
        await WakeAsync("chat", "again");
        await _pipeline.NotifyAllAsync();

        Assert.Single(Channels.Messages);
    }

    [Fact]
    public async Task A_channel_that_is_down_for_an_hour_hears_what_is_so_then()
    {
        await ApplyAsync();
        var up = _pipeline.Now + TimeSpan.FromHours(1);
        Channels.Behaviour["chat"] = _ => _pipeline.Now < up ? new DeliveryResult.Deferred("503") : new DeliveryResult.Delivered();
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.TakeAsync("d2", 0.82);
        await _pipeline.NotifyAsync();
        await _pipeline.TakeAsync("d1", 0.9);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["chat Fired d2"], Channels.SaidOf);
        Assert.InRange(Channels.Messages.Single().At - up, TimeSpan.Zero, TimeSpan.FromMinutes(15));
        var attempts = Channels.Attempts.Where(attempt => attempt.Notification.Changes[0].Alert.Key.DeploymentId == "d2").ToList();
        var waits = attempts.Zip(attempts.Skip(1), (one, next) => next.At - one.At).Where(wait => wait > TimeSpan.Zero).ToList();
        Assert.Equal([10, 20, 40], waits.Take(3).Select(wait => wait.TotalSeconds));
        Assert.True(waits.Max() <= TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task A_channel_is_not_asked_before_it_wants_to_be()
    {
        await ApplyAsync();
        var start = _pipeline.Now;
        Channels.Behaviour["chat"] = _ => Channels.Attempts.Count == 1 ? new DeliveryResult.Deferred("429", TimeSpan.FromMinutes(7)) : new DeliveryResult.Delivered();
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(TimeSpan.FromMinutes(7), Channels.Messages.Single().At - start);
    }

    // R22
    [Fact]
    public async Task A_channel_that_asks_to_wait_for_years_is_asked_again_all_the_same()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => Channels.Attempts.Count == 1 ? new DeliveryResult.Deferred("429", TimeSpan.MaxValue) : new DeliveryResult.Delivered();
        await _pipeline.TakeAsync("d1", 0.82);
        var start = _pipeline.Now;
        await _pipeline.NotifyAllAsync();

        Assert.InRange(Channels.Messages.Single().At - start, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15));
        Assert.Empty(await _pipeline.Notifications.PeekDeadLettersAsync(10, Cancellation));
    }

    [Fact]
    public async Task A_channel_that_refuses_is_dead_lettered_at_once_and_its_fallback_notified()
    {
        await ApplyAsync();
        Channels.Behaviour["oncall"] = _ => new DeliveryResult.Refused("mail.example.com answered 404");
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["chat Fired floor critical", "spare Fired floor critical"], Channels.Said.Order());
        var dead = Assert.Single(await _pipeline.Notifications.PeekDeadLettersAsync(10, Cancellation));
        Assert.Contains("oncall", dead.Description, StringComparison.Ordinal);
        Assert.Contains("404", dead.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_cannot_be_made_is_dead_lettered_with_the_reason()
    {
        await ApplyAsync();
        Channels.Broken["oncall"] = "The secret 'mail' is missing.";
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.NotifyAllAsync();

        Assert.Contains("spare Fired floor critical", Channels.Said);
        Assert.Contains("secret 'mail'", Assert.Single(await _pipeline.Notifications.PeekDeadLettersAsync(10, Cancellation)).Description, StringComparison.Ordinal);
    }

    // P6
    [Fact]
    public async Task A_fallback_that_was_notified_hears_that_it_is_over_and_the_first_channel_does_not()
    {
        await ApplyAsync();
        Channels.Behaviour["oncall"] = _ => new DeliveryResult.Refused("401");
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.NotifyAllAsync();
        Channels.Behaviour.Clear();
        await _pipeline.TakeAsync("d1", 0.9);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["Fired", "Resolved"], Words("spare"));
        Assert.Empty(Words("oncall"));
    }

    [Fact]
    public async Task A_fallback_follows_the_alert_through_every_change()
    {
        await ApplyAsync();
        Channels.Behaviour["oncall"] = _ => new DeliveryResult.Refused("401");
        foreach (var value in new[] { 0.7, 0.82, 0.7, 0.9 })
        {
            await _pipeline.TakeAsync("d1", value);
            await _pipeline.NotifyAllAsync();
        }

        Assert.Equal(["Fired", "Deescalated", "Escalated", "Resolved"], Words("spare"));
    }

    [Fact]
    public async Task After_a_day_delivery_is_given_up_with_the_reason_but_what_joined_late_goes_on()
    {
        await ApplyAsync("metric: \"Accuracy\", instances: each");
        var start = _pipeline.Now;
        Channels.Behaviour["chat"] = _ => _pipeline.Now < start.AddHours(30) ? new DeliveryResult.Deferred("503") : new DeliveryResult.Delivered();
        await _pipeline.TakeAsync("d1", ("h1", "Accuracy", 0.82));
        await _pipeline.NotifyUntilAsync(start.AddHours(10));
        await _pipeline.TakeAsync("d1", ("h2", "Accuracy", 0.82));
        await _pipeline.NotifyAllAsync();

        var dead = Assert.Single(await _pipeline.Notifications.PeekDeadLettersAsync(10, Cancellation));
        Assert.Contains("503", dead.Description, StringComparison.Ordinal);
        Assert.InRange(dead.At - start, TimeSpan.FromHours(23), TimeSpan.FromHours(24));
        Assert.Equal(["h2"], Channels.Taken.Select(taken => taken.Change.Alert.Key.Instance));
    }

    [Fact]
    public async Task A_process_that_dies_while_sending_sends_the_same_again_and_says_so()
    {
        await ApplyAsync();
        var died = false;
        Channels.Behaviour["chat"] = _ =>
        {
            if (died)
                return new DeliveryResult.Delivered();
            died = true;
            throw new InvalidOperationException("killed");
        };
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["chat Fired floor warning"], Channels.Said);
        Assert.Equal(2, Channels.Messages.Single().Notification.Attempt);
        Assert.Single(Channels.Attempts.Select(attempt => attempt.Notification.Id).Distinct());
    }

    // P26
    [Fact]
    public async Task After_a_crash_the_same_entries_go_again_although_another_alert_joined_meanwhile()
    {
        await ApplyAsync("metric: \"Accuracy\", instances: each");
        var died = false;
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Delivered();
        _pipeline.Tables.OnCommit = (partition, _) =>
        {
            // Taken by the channel, but the process dies before it can record that.
            if (!died && Channels.Messages.Count > 0 && partition.StartsWith("Destinations/", StringComparison.Ordinal))
            {
                died = true;
                throw new InvalidOperationException("killed");
            }
        };
        await _pipeline.TakeAsync("d1", ("h1", "Accuracy", 0.82));
        await HandleOnceAsync();
        await _pipeline.TakeAsync("d1", ("h2", "Accuracy", 0.82));
        await _pipeline.NotifyAllAsync();

        Assert.True(died);
        Assert.Equal(["h1", "h1", "h2"], Channels.Taken.Select(taken => taken.Change.Alert.Key.Instance));
        Assert.Equal([1, 2, 1], Channels.Messages.Select(message => message.Notification.Attempt));
        Assert.Equal(Channels.Messages[0].Notification.Id, Channels.Messages[1].Notification.Id);
        Assert.NotEqual(Channels.Messages[1].Notification.Id, Channels.Messages[2].Notification.Id);
    }

    [Fact]
    public async Task What_a_broken_connection_may_have_delivered_goes_again_under_the_same_id()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => Channels.Attempts.Count == 1 ? new DeliveryResult.Deferred("timeout") { MayHaveArrived = true } : new DeliveryResult.Delivered();
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAllAsync();

        Assert.Equal([1, 2], Channels.Attempts.Select(attempt => attempt.Notification.Attempt));
        Assert.Single(Channels.Attempts.Select(attempt => attempt.Notification.Id).Distinct());
    }

    [Fact]
    public async Task Who_may_have_heard_that_it_began_hears_that_it_is_over()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => Channels.Attempts.Count == 1 ? new DeliveryResult.Deferred("timeout") { MayHaveArrived = true } : new DeliveryResult.Delivered();
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAsync();
        await _pipeline.TakeAsync("d1", 0.9);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["chat Resolved floor recovered"], Channels.Said);
    }

    [Fact]
    public async Task Who_was_refused_in_so_many_words_and_heard_nothing_hears_nothing()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => Channels.Attempts.Count == 1 ? new DeliveryResult.Deferred("503") : new DeliveryResult.Delivered();
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAsync();
        await _pipeline.TakeAsync("d1", 0.9);
        await _pipeline.NotifyAllAsync();

        Assert.Single(Channels.Attempts);
        Assert.Empty(Channels.Said);
    }

    [Fact]
    public async Task What_cannot_be_read_is_dead_lettered_with_the_reason()
    {
        await _pipeline.Notifications.SendAsync(
            [new("1", "s", GroupWake.SchemaName, "not json"u8.ToArray()), new("2", "s", "group-wake/9", "{}"u8.ToArray())], Cancellation);
        await _pipeline.NotifyAsync();

        Assert.Equal(["UnreadableMessage", "UnreadableMessage"], (await _pipeline.Notifications.PeekDeadLettersAsync(10, Cancellation)).Select(dead => dead.Reason));
    }

    [Fact]
    public async Task A_dead_letter_can_be_replayed_when_the_channel_is_mended()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Refused("410");
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAllAsync();
        Channels.Behaviour.Clear();

        await ReplayAsync();

        Assert.Equal(["chat Fired floor warning"], Channels.Said);
        Assert.Empty(await Letters.ListAsync(10, Cancellation));
    }

    // P7
    [Fact]
    public async Task A_replay_after_the_alert_is_over_says_nothing()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Refused("410");
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAllAsync();
        Channels.Behaviour.Clear();
        await _pipeline.TakeAsync("d1", 0.9);
        await _pipeline.NotifyAllAsync();

        await ReplayAsync();

        Assert.Empty(Channels.Said);
        Assert.Equal(["floor/all closed recovered"], await _pipeline.AlertsAsync());
    }

    // P7
    [Fact]
    public async Task A_replay_says_only_what_is_still_true()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Refused("410");
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.NotifyAllAsync();
        await _pipeline.TakeAsync("d1", 0.82);
        Channels.Behaviour.Clear();
        await _pipeline.NotifyAllAsync();
        await ReplayAsync();

        Assert.Equal(["Fired"], Words("chat"));
        Assert.Equal("warning", RecordingChannels.Detail(Channels.Taken.Last(taken => taken.Channel == "chat").Change));
    }

    [Fact]
    public async Task A_dead_letter_can_be_dropped()
    {
        await _pipeline.Notifications.SendAsync([new("1", "s", GroupWake.SchemaName, "not json"u8.ToArray())], Cancellation);
        await _pipeline.NotifyAsync();
        var (queue, letter) = Assert.Single(await Letters.ListAsync(10, Cancellation));

        Assert.True(await Letters.DropAsync(queue, letter.Message.SequenceNumber, Cancellation));
        Assert.False(await Letters.DropAsync(queue, letter.Message.SequenceNumber, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => Letters.DropAsync("nowhere", 1, Cancellation));
    }

    [Fact]
    public async Task After_failures_in_a_row_a_channel_is_left_alone_by_every_group()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Deferred("503");
        foreach (var number in Enumerable.Range(0, 40))
            await _pipeline.TakeAsync($"d{number}", 0.82);
        await _pipeline.NotifyAsync();

        Assert.Equal(5, Channels.Attempts.Count);
    }

    [Fact]
    public async Task When_a_channel_asks_to_wait_every_group_waits()
    {
        await ApplyAsync();
        var start = _pipeline.Now;
        Channels.Behaviour["chat"] = _ => Channels.Attempts.Count == 1 ? new DeliveryResult.Deferred("429", TimeSpan.FromMinutes(7)) : new DeliveryResult.Delivered();
        foreach (var number in Enumerable.Range(0, 11))
            await _pipeline.TakeAsync($"d{number}", 0.82);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(11, Channels.Messages.Count);
        Assert.All(Channels.Messages, message => Assert.True(message.At - start >= TimeSpan.FromMinutes(7)));
    }

    [Fact]
    public async Task A_channel_that_asks_to_wait_for_days_does_not_keep_the_others_from_being_given_up()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Deferred("429", TimeSpan.FromDays(7));
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.TakeAsync("d2", 0.82);
        var start = _pipeline.Now;
        await _pipeline.NotifyAllAsync();

        Assert.Equal(2, (await _pipeline.Notifications.PeekDeadLettersAsync(10, Cancellation)).Count);
        Assert.InRange(_pipeline.Now - start, TimeSpan.Zero, TimeSpan.FromHours(25));
    }

    [Fact]
    public async Task An_old_failure_that_was_never_said_does_not_shorten_the_life_of_the_next()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => Channels.Attempts.Count <= 2 ? new DeliveryResult.Deferred("503") : new DeliveryResult.Delivered();
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAsync();
        await _pipeline.TakeAsync("d1", 0.9);
        await _pipeline.NotifyUntilAsync(_pipeline.Now.AddDays(2));

        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["chat Fired floor warning"], Channels.Said);
        Assert.Empty(await _pipeline.Notifications.PeekDeadLettersAsync(10, Cancellation));
    }

    // P5
    [Fact]
    public async Task A_retry_that_comes_too_early_by_this_clock_asks_for_another_each_time()
    {
        await ApplyAsync();
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Deferred("503");
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAsync();
        var wakes = new List<(string Id, DateTimeOffset? At)>();
        _pipeline.Notifications.OnSend = messages => wakes.AddRange(messages.Select(message => (message.MessageId, message.EnqueueAt)));

        // The queue's clock is 200 ms ahead, a delivery takes 20 ms.
        var due = _pipeline.Now.AddSeconds(10);
        _pipeline.Time.Advance(TimeSpan.FromSeconds(9.8));
        for (var early = 0; early < 3; early++)
        {
            var wake = new GroupWake("chat", "deployment=label-d1, rule=floor").ToMessage($"early {early}");
            await _pipeline.Get<NotifyHandler>().HandleAsync(new(wake.MessageId, wake.SessionId, wake.Schema, wake.Body, 1, early, _pipeline.Now), Cancellation);
            _pipeline.Time.Advance(TimeSpan.FromMilliseconds(20));
        }

        Assert.Single(Channels.Attempts);
        Assert.Equal([due, due, due], wakes.Select(wake => wake.At!.Value));
        Assert.Equal(3, wakes.Select(wake => wake.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_channel_is_asked_no_faster_than_it_allows_however_many_processes_send(int processes)
    {
        await ApplyAsync();
        Channels.Pace["chat"] = TimeSpan.FromMilliseconds(250);
        foreach (var number in Enumerable.Range(0, 20))
            await _pipeline.TakeAsync($"d{number}", 0.82);
        var handler = new InTurn([.. Enumerable.Range(0, processes).Select(_ => _pipeline.AddProcess().GetRequiredService<NotifyHandler>())]);
        await _pipeline.DrainAsync(_pipeline.Notifications, handler);
        while (await _pipeline.Notifications.NextDueAsync(Cancellation) is { } due)
        {
            _pipeline.Time.Advance(due > _pipeline.Now ? due - _pipeline.Now : TimeSpan.FromTicks(1));
            await _pipeline.DrainAsync(_pipeline.Notifications, handler);
        }

        Assert.Equal(20, Channels.Messages.Count);
        var times = Channels.Messages.Select(message => message.At).Order().ToList();
        Assert.All(times.Zip(times.Skip(4)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMilliseconds(999), $"{pair.Second - pair.First}"));
        Assert.InRange(times[^1] - times[0], TimeSpan.FromSeconds(4.7), TimeSpan.FromSeconds(6));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private DeadLetterQueues Letters => _pipeline.Get<DeadLetterQueues>();

    private IEnumerable<string> Words(string channel) => Channels.Taken.Where(taken => taken.Channel == channel).Select(taken => taken.Change.Change.ToString());

    private Task WakeAsync(string channel, string why) =>
        _pipeline.Notifications.SendAsync([new GroupWake(channel, "deployment=label-d1, rule=floor").ToMessage(why)], Cancellation);

    /// <summary>One delivery of what waits; what fails is given back and not tried again.</summary>
    private async Task HandleOnceAsync()
    {
        await using var session = await _pipeline.Notifications.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        var message = Assert.Single(await session!.ReceiveAsync(1, Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pipeline.Get<NotifyHandler>().HandleAsync(message, Cancellation));
        await session.AbandonAsync(message, Cancellation);
    }

    private async Task ReplayAsync()
    {
        var (queue, letter) = (await Letters.ListAsync(10, Cancellation))[0];
        Assert.True(await Letters.ReplayAsync(queue, letter.Message.SequenceNumber, Cancellation));
        Assert.False(await Letters.ReplayAsync(queue, letter.Message.SequenceNumber, Cancellation));
        await _pipeline.NotifyAllAsync();
    }

    private Task ApplyAsync(string keys = "metric: Accuracy") => _pipeline.ApplyAsync(
        $$"""
        rules: [{ name: floor, {{keys}}, when: { below: { warning: 0.85, critical: 0.8 } }, notify: [chat] }]
        channels:
          - { name: chat, type: teams, url: "secret:chat" }
          - { name: oncall, type: email, url: "secret:mail", to: a@example.com, fallback: spare }
          - { name: spare, type: teams, url: "secret:spare" }
        routes:
          - { match: { severity: critical }, notify: [oncall] }
        """);

    /// <summary>Several processes that take messages one after the other.</summary>
    private sealed class InTurn(IReadOnlyList<IMessageHandler> processes) : IMessageHandler
    {
        private int _next;

        public Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
            processes[(int)((uint)Interlocked.Increment(ref _next) % processes.Count)].HandleAsync(message, cancellationToken);
    }
}
