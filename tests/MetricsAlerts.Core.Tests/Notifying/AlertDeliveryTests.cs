using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using Moq;

namespace MetricsAlerts.Core.Tests.Notifying;

public sealed class AlertDeliveryTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new();
    private readonly Dictionary<string, Func<Notification, DeliveryResult>> _behaviour = [];
    private readonly List<(string Channel, string Event, int Attempt, DateTimeOffset At)> _taken = [];
    private readonly List<(string Channel, DateTimeOffset At)> _attempts = [];
    private readonly IChannelFactory _channels;

    public AlertDeliveryTests()
    {
        var factory = new Mock<IChannelFactory>();
        factory.Setup(channels => channels.Create(It.IsAny<ChannelDefinition>())).Returns<ChannelDefinition>(definition =>
        {
            var channel = new Mock<IChannel>();
            channel.Setup(one => one.DeliverAsync(It.IsAny<Notification>(), It.IsAny<CancellationToken>()))
                .ReturnsAsync((Notification notification, CancellationToken _) => Deliver(definition.Name, notification));
            return channel.Object;
        });
        _channels = factory.Object;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transition_goes_once_to_each_channel_of_rule_and_routes()
    {
        await ApplyAsync();
        await SendAsync(Message("e1", 0, Transition.Fired, Severity.Critical), Message("e1", 0, Transition.Fired, Severity.Critical));
        await _pipeline.DrainAllAsync(_pipeline.Alerts, Delivery());

        Assert.Equal([("chat", "e1"), ("oncall", "e1")], _taken.Select(taken => (taken.Channel, taken.Event)).Order());
    }

    [Fact]
    public async Task A_replayed_message_is_not_sent_again()
    {
        await ApplyAsync();
        await SendAsync(Message("e1", 0, Transition.Fired));
        await _pipeline.DrainAllAsync(_pipeline.Alerts, Delivery());
        _pipeline.Time.Advance(TimeSpan.FromDays(2)); // past the queue's own duplicate detection
        await SendAsync(Message("e1", 0, Transition.Fired));
        await _pipeline.DrainAllAsync(_pipeline.Alerts, Delivery());

        Assert.Single(_taken);
    }

    [Fact]
    public async Task A_channel_that_is_down_for_an_hour_gets_everything_in_order()
    {
        await ApplyAsync();
        var up = _pipeline.Time.GetUtcNow() + TimeSpan.FromHours(1);
        _behaviour["chat"] = _ => _pipeline.Time.GetUtcNow() < up ? new DeliveryResult.Deferred("503") : new DeliveryResult.Delivered();
        await SendAsync(Message("e1", 0, Transition.Fired), Message("e2", 1, Transition.Resolved));
        await _pipeline.DrainAllAsync(_pipeline.Alerts, Delivery());

        Assert.Equal(["e1", "e2"], _taken.Select(taken => taken.Event));
        Assert.All(_taken, taken => Assert.InRange(taken.At - up, TimeSpan.Zero, TimeSpan.FromMinutes(15)));
        var waits = _attempts.Zip(_attempts.Skip(1), (one, next) => next.At - one.At).Where(wait => wait > TimeSpan.Zero).ToList();
        Assert.Equal(TimeSpan.FromSeconds(10), waits[0]);
        Assert.Equal(TimeSpan.FromSeconds(20), waits[1]);
        Assert.True(waits.Max() <= TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task A_channel_is_not_asked_before_it_wants_to_be()
    {
        await ApplyAsync();
        var start = _pipeline.Time.GetUtcNow();
        _behaviour["chat"] = notification => notification.Attempt == 1 ? new DeliveryResult.Deferred("429", TimeSpan.FromMinutes(7)) : new DeliveryResult.Delivered();
        await SendAsync(Message("e1", 0, Transition.Fired));
        await _pipeline.DrainAllAsync(_pipeline.Alerts, Delivery());

        Assert.Equal(TimeSpan.FromMinutes(7), _taken.Single().At - start);
    }

    [Fact]
    public async Task A_channel_that_refuses_is_dead_lettered_at_once_and_its_fallback_told()
    {
        await ApplyAsync();
        _behaviour["oncall"] = _ => new DeliveryResult.Refused("mail.example.com answered 404");
        await SendAsync(Message("e1", 0, Transition.Fired, Severity.Critical));
        await _pipeline.DrainAllAsync(_pipeline.Alerts, Delivery());

        Assert.Equal(["chat", "spare"], _taken.Select(taken => taken.Channel).Order());
        var dead = Assert.Single(await _pipeline.Alerts.PeekDeadLettersAsync(10, Cancellation));
        Assert.Contains("oncall", dead.Description, StringComparison.Ordinal);
        Assert.Contains("404", dead.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_day_delivery_is_given_up_with_the_reason()
    {
        await ApplyAsync();
        var start = _pipeline.Time.GetUtcNow();
        _behaviour["chat"] = _ => new DeliveryResult.Deferred("503");
        await SendAsync(Message("e1", 0, Transition.Fired));
        await _pipeline.DrainAllAsync(_pipeline.Alerts, Delivery());

        var dead = Assert.Single(await _pipeline.Alerts.PeekDeadLettersAsync(10, Cancellation));
        Assert.Contains("503", dead.Description, StringComparison.Ordinal);
        Assert.InRange(dead.At - start, TimeSpan.FromHours(23), TimeSpan.FromHours(24));
    }

    [Fact]
    public async Task A_process_that_dies_while_sending_sends_again_and_says_so()
    {
        await ApplyAsync();
        var died = false;
        _behaviour["chat"] = _ => died ? new DeliveryResult.Delivered() : throw new InvalidOperationException("killed");
        await SendAsync(Message("e1", 0, Transition.Fired));
        var message = await ReceiveOneAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Delivery().HandleAsync(message, Cancellation));
        died = true;
        await _pipeline.DrainAllAsync(_pipeline.Alerts, Delivery());

        Assert.Equal(("e1", 2), (_taken.Single().Event, _taken.Single().Attempt));
    }

    [Fact]
    public async Task What_cannot_be_read_is_dead_lettered_with_the_reason()
    {
        await _pipeline.Alerts.SendAsync([new("1", "s", AlertMessage.SchemaName, "not json"u8.ToArray()), new("2", "s", "alert/9", "{}"u8.ToArray())], Cancellation);
        await _pipeline.DrainAllAsync(_pipeline.Alerts, Delivery());

        Assert.Equal(["UnreadableMessage", "UnreadableMessage"], (await _pipeline.Alerts.PeekDeadLettersAsync(10, Cancellation)).Select(dead => dead.Reason));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private AlertDelivery Delivery() => _pipeline.Delivery(_channels);

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

    private async Task<MetricsAlerts.Messaging.ReceivedMessage> ReceiveOneAsync()
    {
        await using var session = await _pipeline.Alerts.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        return (await session!.ReceiveAsync(1, Cancellation))[0];
    }

    private DeliveryResult Deliver(string channel, Notification notification)
    {
        var now = _pipeline.Time.GetUtcNow();
        lock (_taken)
        {
            _attempts.Add((channel, now));
            var result = _behaviour.TryGetValue(channel, out var behave) ? behave(notification) : new DeliveryResult.Delivered();
            if (result is DeliveryResult.Delivered)
                _taken.Add((channel, notification.Alert.Transition.EventId, notification.Attempt, now));
            return result;
        }
    }

    private static AlertMessage Message(string id, int sequence, Transition transition, Severity severity = Severity.Warning) => new(
        new AlertTransition
        {
            EventId = id,
            AlertId = "alert",
            Rule = "floor",
            DeploymentId = "d1",
            Instance = "all",
            Metric = "Accuracy",
            Bucket = TimeSpan.FromHours(1),
            Transition = transition,
            IsOpen = transition != Transition.Resolved,
            Severity = severity,
            Reason = "Breaching(0.7, 0.85)",
            WindowStart = DateTimeOffset.UnixEpoch,
            WindowEnd = DateTimeOffset.UnixEpoch.AddHours(1),
            Since = DateTimeOffset.UnixEpoch,
            Sequence = sequence,
            Recent = [0.7],
        },
        new Deployment("d1", "credit-risk"),
        new RuleFacts { Name = "floor", Condition = "below: 0.85", Notify = ["chat"] });
}
