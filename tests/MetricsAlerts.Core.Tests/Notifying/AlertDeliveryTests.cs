using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using static MetricsAlerts.Core.Tests.Notifying.ChannelBoard;

namespace MetricsAlerts.Core.Tests.Notifying;

/// <summary>What happens to messages that a channel does not take, and to those that come twice.</summary>
public sealed class AlertDeliveryTests : IAsyncDisposable
{
    private static readonly NotifyOptions Immediate = new() { GroupWait = TimeSpan.Zero };

    private readonly PipelineFixture _pipeline = new();
    private readonly ChannelBoard _channels;
    private NotifyHandler? _delivery;

    public AlertDeliveryTests() => _channels = new(_pipeline.Time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transition_goes_once_to_each_channel_of_rule_and_routes()
    {
        await ApplyAsync();
        await SendAsync(Message("e1", 0, Transition.Fired, Severity.Critical), Message("e1", 0, Transition.Fired, Severity.Critical));
        await DrainAsync();

        Assert.Equal([("chat", "e1"), ("oncall", "e1")], _channels.Taken.Order());
    }

    [Fact]
    public async Task A_replayed_message_is_not_sent_again()
    {
        await ApplyAsync();
        await SendAsync(Message("e1", 0, Transition.Fired));
        await DrainAsync();
        _pipeline.Time.Advance(TimeSpan.FromDays(2)); // past the queue's own duplicate detection
        await SendAsync(Message("e1", 0, Transition.Fired));
        await DrainAsync();

        Assert.Single(_channels.Messages);
    }

    [Fact]
    public async Task A_channel_that_is_down_for_an_hour_gets_everything_in_order()
    {
        await ApplyAsync();
        var up = _pipeline.Time.GetUtcNow() + TimeSpan.FromHours(1);
        _channels.Behaviour["chat"] = _ => _pipeline.Time.GetUtcNow() < up ? new DeliveryResult.Deferred("503") : new DeliveryResult.Delivered();
        await SendAsync(Message("e1", 0, Transition.Fired), Message("e2", 1, Transition.Resolved));
        await DrainAsync();

        Assert.Equal(["e1", "e2"], _channels.Taken.Select(taken => taken.Event));
        Assert.All(_channels.Messages, message => Assert.InRange(message.At - up, TimeSpan.Zero, TimeSpan.FromMinutes(15)));
        var waits = _channels.Attempts.Zip(_channels.Attempts.Skip(1), (one, next) => next.At - one.At).Where(wait => wait > TimeSpan.Zero).ToList();
        Assert.Equal(TimeSpan.FromSeconds(10), waits[0]);
        Assert.Equal(TimeSpan.FromSeconds(20), waits[1]);
        Assert.True(waits.Max() <= TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task A_channel_is_not_asked_before_it_wants_to_be()
    {
        await ApplyAsync();
        var start = _pipeline.Time.GetUtcNow();
        _channels.Behaviour["chat"] = notification => notification.Attempt == 1 ? new DeliveryResult.Deferred("429", TimeSpan.FromMinutes(7)) : new DeliveryResult.Delivered();
        await SendAsync(Message("e1", 0, Transition.Fired));
        await DrainAsync();

        Assert.Equal(TimeSpan.FromMinutes(7), _channels.Messages.Single().At - start);
    }

    [Fact]
    public async Task A_channel_that_refuses_is_dead_lettered_at_once_and_its_fallback_told()
    {
        await ApplyAsync();
        _channels.Behaviour["oncall"] = _ => new DeliveryResult.Refused("mail.example.com answered 404");
        await SendAsync(Message("e1", 0, Transition.Fired, Severity.Critical));
        await DrainAsync();

        Assert.Equal(["chat", "spare"], _channels.Taken.Select(taken => taken.Channel).Order());
        var dead = Assert.Single(await _pipeline.Alerts.PeekDeadLettersAsync(10, Cancellation));
        Assert.Contains("oncall", dead.Description, StringComparison.Ordinal);
        Assert.Contains("404", dead.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_day_delivery_is_given_up_with_the_reason_but_what_joined_late_goes_on()
    {
        await ApplyAsync();
        var start = _pipeline.Time.GetUtcNow();
        _channels.Behaviour["chat"] = _ => _pipeline.Time.GetUtcNow() < start.AddHours(30) ? new DeliveryResult.Deferred("503") : new DeliveryResult.Delivered();
        await SendAsync(Message("e1", 0, Transition.Fired));
        await _pipeline.DrainAsync(_pipeline.Alerts, _pipeline.Delivery(_channels, Immediate));
        _pipeline.Time.Advance(TimeSpan.FromHours(10));
        await SendAsync(Message("e2", 1, Transition.Escalated));
        await DrainAsync();

        var dead = Assert.Single(await _pipeline.Alerts.PeekDeadLettersAsync(10, Cancellation));
        Assert.Contains("503", dead.Description, StringComparison.Ordinal);
        Assert.InRange(dead.At - start, TimeSpan.FromHours(23), TimeSpan.FromHours(24));
        Assert.Equal(["e2"], _channels.Taken.Select(taken => taken.Event));
    }

    [Fact]
    public async Task A_process_that_dies_while_sending_sends_again_and_says_so()
    {
        await ApplyAsync();
        var died = false;
        _channels.Behaviour["chat"] = _ =>
        {
            if (died)
                return new DeliveryResult.Delivered();
            died = true;
            throw new InvalidOperationException("killed");
        };
        await SendAsync(Message("e1", 0, Transition.Fired));
        await DrainAsync();

        Assert.Equal(("e1", 2), (_channels.Taken.Single().Event, _channels.Messages.Single().Notification.Attempt));
    }

    [Fact]
    public async Task What_cannot_be_read_is_dead_lettered_with_the_reason()
    {
        await _pipeline.Alerts.SendAsync([new("1", "s", AlertMessage.SchemaName, "not json"u8.ToArray()), new("2", "s", "alert/9", "{}"u8.ToArray())], Cancellation);
        await DrainAsync();

        Assert.Equal(["UnreadableMessage", "UnreadableMessage"], (await _pipeline.Alerts.PeekDeadLettersAsync(10, Cancellation)).Select(dead => dead.Reason));
    }

    [Fact]
    public async Task A_dead_letter_can_be_replayed_when_the_channel_is_mended()
    {
        await ApplyAsync();
        _channels.Behaviour["chat"] = _ => new DeliveryResult.Refused("410");
        await SendAsync(Message("e1", 0, Transition.Fired), Message("e2", 1, Transition.Escalated));

        // Both are in the group before it is told.
        await _pipeline.DrainAllAsync(_pipeline.Alerts, _pipeline.Delivery(_channels, Immediate with { GroupWait = TimeSpan.FromSeconds(1) }));
        var (queue, letter) = Assert.Single(await _pipeline.DeadLetters.ListAsync(10, Cancellation));
        _channels.Behaviour.Clear();

        Assert.True(await _pipeline.DeadLetters.ReplayAsync(queue, letter.Message.SequenceNumber, Cancellation));
        await DrainAsync();

        Assert.Equal(["e1", "e2"], _channels.Taken.Select(taken => taken.Event));
        Assert.Empty(await _pipeline.DeadLetters.ListAsync(10, Cancellation));
        Assert.False(await _pipeline.DeadLetters.ReplayAsync(queue, letter.Message.SequenceNumber, Cancellation));
    }

    [Fact]
    public async Task A_dead_letter_can_be_dropped()
    {
        await _pipeline.Alerts.SendAsync([new("1", "s", AlertMessage.SchemaName, "not json"u8.ToArray())], Cancellation);
        await DrainAsync();
        var (queue, letter) = Assert.Single(await _pipeline.DeadLetters.ListAsync(10, Cancellation));

        Assert.True(await _pipeline.DeadLetters.DropAsync(queue, letter.Message.SequenceNumber, Cancellation));
        Assert.False(await _pipeline.DeadLetters.DropAsync(queue, letter.Message.SequenceNumber, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => _pipeline.DeadLetters.DropAsync("nowhere", 1, Cancellation));
    }

    [Fact]
    public async Task After_failures_in_a_row_a_channel_is_left_alone_by_every_group()
    {
        await ApplyAsync();
        _channels.Behaviour["chat"] = _ => new DeliveryResult.Deferred("503");
        await SendAsync([.. Enumerable.Range(0, 40).Select(number => Message($"e{number}", 0, Transition.Fired, deployment: $"d{number}"))]);
        await _pipeline.DrainAsync(_pipeline.Alerts, _pipeline.Delivery(_channels, Immediate));

        // Two workers: one attempt more may be under way when the fifth fails.
        Assert.InRange(_channels.Attempts.Count, 5, 6);
    }

    [Fact]
    public async Task When_a_channel_asks_to_wait_every_group_waits()
    {
        await ApplyAsync();
        var start = _pipeline.Time.GetUtcNow();
        _channels.Behaviour["chat"] = _ => _channels.Attempts.Count == 1 ? new DeliveryResult.Deferred("429", TimeSpan.FromMinutes(7)) : new DeliveryResult.Delivered();
        await SendAsync(Message("e1", 0, Transition.Fired));
        await _pipeline.DrainAsync(_pipeline.Alerts, Delivery);
        await SendAsync([.. Enumerable.Range(2, 10).Select(number => Message($"e{number}", 0, Transition.Fired, deployment: $"d{number}"))]);
        await DrainAsync();

        Assert.Equal(11, _channels.Messages.Count);
        Assert.All(_channels.Messages, message => Assert.True(message.At - start >= TimeSpan.FromMinutes(7)));
    }

    [Fact]
    public async Task A_channel_that_asks_to_wait_for_days_does_not_keep_the_others_from_being_given_up()
    {
        await ApplyAsync();
        _channels.Behaviour["chat"] = _ => new DeliveryResult.Deferred("429", TimeSpan.FromDays(7));
        await SendAsync(Message("e1", 0, Transition.Fired), Message("e2", 0, Transition.Fired, deployment: "d2"));
        var start = _pipeline.Time.GetUtcNow();
        await DrainAsync();

        Assert.Equal(2, (await _pipeline.Alerts.PeekDeadLettersAsync(10, Cancellation)).Count);
        Assert.InRange(_pipeline.Time.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromHours(24));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_channel_is_asked_no_faster_than_it_allows_however_many_processes_send(int processes)
    {
        await ApplyAsync();
        _channels.Pace["chat"] = TimeSpan.FromMilliseconds(250);
        await SendAsync([.. Enumerable.Range(0, 20).Select(number => Message($"e{number}", 0, Transition.Fired, deployment: $"d{number}"))]);
        await _pipeline.DrainAllAsync(_pipeline.Alerts, new InTurn([.. Enumerable.Range(0, processes).Select(_ => _pipeline.Delivery(_channels, Immediate))]));

        Assert.Equal(20, _channels.Messages.Count);
        var times = _channels.Messages.Select(message => message.At).Order().ToList();
        Assert.All(times.Zip(times.Skip(4)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMilliseconds(999), $"{pair.Second - pair.First}"));
        Assert.InRange(times[^1] - times[0], TimeSpan.FromSeconds(4.7), TimeSpan.FromSeconds(6));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private NotifyHandler Delivery => _delivery ??= _pipeline.Delivery(_channels, Immediate);

    private Task DrainAsync() => _pipeline.DrainAllAsync(_pipeline.Alerts, Delivery);

    private Task ApplyAsync() => _pipeline.ApplyAsync(
        """
        rules: []
        channels:
          - { name: chat, type: teams, url: "secret:chat" }
          - { name: oncall, type: email, url: "secret:mail", to: a@example.com, fallback: spare }
          - { name: spare, type: teams, url: "secret:spare" }
        routes:
          - { match: { severity: critical }, notify: [oncall] }
        """);

    private Task SendAsync(params AlertMessage[] messages) => new AlertQueue(_pipeline.Alerts).SendAsync(messages, Cancellation);

    /// <summary>Several processes that take messages one after the other.</summary>
    private sealed class InTurn(IReadOnlyList<IMessageHandler> processes) : IMessageHandler
    {
        private int _next;

        public Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
            processes[(int)((uint)Interlocked.Increment(ref _next) % processes.Count)].HandleAsync(message, cancellationToken);
    }
}
