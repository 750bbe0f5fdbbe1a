using CsCheck;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Testing;
using static MetricsAlerts.Core.Tests.Notifying.ChannelBoard;

namespace MetricsAlerts.Core.Tests.Notifying;

/// <summary>Routes, groups and their waits.</summary>
public sealed class GroupingTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new();
    private readonly ChannelBoard _channels;

    public GroupingTests() => _channels = new(_pipeline.Time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_storm_is_one_message_with_the_ten_worst_and_counts_of_the_rest()
    {
        await ApplyAsync("routes: [{ notify: [chat], groupBy: [rule] }]");
        await SendAsync([.. Enumerable.Range(0, 1000).Select(number => Message(
            $"e{number}", 0, Transition.Fired, number % 10 == 0 ? Severity.Critical : Severity.Warning, deployment: $"d{number % 20}", alert: $"a{number}", notify: []))]);
        await DrainAsync();

        var content = Assert.Single(_channels.Messages).Notification.Content;
        Assert.Equal("CRITICAL: 1000 alert transitions on 20 deployments", content.Title);
        Assert.Equal("100 critical, 900 warning. The 10 worst are shown.", content.Summary);
        Assert.Equal(10, content.Items.Count);
        Assert.All(content.Items, item => Assert.Equal(Severity.Critical, item.Severity));
        Assert.Contains(("10 more deployments", "500"), content.Facts);
    }

    [Fact]
    public async Task The_first_of_a_group_waits_for_others()
    {
        await ApplyAsync("");
        var start = _pipeline.Time.GetUtcNow();
        await SendAsync(Message("e1", 0, Transition.Fired));
        await WorkAsync();
        _pipeline.Time.Advance(TimeSpan.FromSeconds(20));
        await SendAsync(Message("e2", 0, Transition.Fired, alert: "another"));
        await WorkAsync();
        Assert.Empty(_channels.Messages);
        await DrainAsync();

        var message = Assert.Single(_channels.Messages);
        Assert.Equal((TimeSpan.FromSeconds(30), 2), (message.At - start, message.Notification.Alerts.Count));
    }

    [Fact]
    public async Task Between_two_messages_of_a_group_lies_its_interval()
    {
        await ApplyAsync("routes: [{ notify: [chat], groupBy: [deployment], groupWait: 10s, groupInterval: 5m }]");
        await SendAsync(Message("e1", 0, Transition.Fired, notify: []));
        await DrainAsync();
        await SendAsync(Message("e2", 1, Transition.Escalated, notify: []));
        await DrainAsync();

        Assert.Equal(["e1", "e2"], _channels.Taken.Select(taken => taken.Event));
        Assert.Equal(TimeSpan.FromMinutes(5), _channels.Messages[1].At - _channels.Messages[0].At);
    }

    [Fact]
    public async Task A_restart_in_the_middle_of_a_wait_loses_nothing()
    {
        await ApplyAsync("");
        await SendAsync(Message("e1", 0, Transition.Fired));
        await _pipeline.DrainAsync(_pipeline.Alerts, _pipeline.Delivery(_channels));
        Assert.Empty(_channels.Messages);

        // Nothing of the first stage is left but what the tables and the queue hold.
        await _pipeline.DrainAllAsync(_pipeline.Alerts, _pipeline.Delivery(_channels));
        Assert.Equal(["e1"], _channels.Taken.Select(taken => taken.Event));
    }

    [Fact]
    public async Task The_first_route_that_matches_is_the_last_unless_it_continues()
    {
        await ApplyAsync(
            """
            routes:
              - { match: { severity: critical }, notify: [oncall], continue: true }
              - { match: { deployment: label-d1 }, notify: [team1] }
              - { match: { deployment: "label-*" }, notify: [team2] }
              - { notify: [chat] }
            """);
        await SendAsync(
            Message("e1", 0, Transition.Fired, Severity.Critical, notify: []), Message("e2", 0, Transition.Fired, deployment: "d2", notify: []),
            Message("e3", 0, Transition.Fired, deployment: "d3", notify: ["team1"]));
        await DrainAsync();

        Assert.Equal([("oncall", "e1"), ("team1", "e1"), ("team1", "e3"), ("team2", "e2"), ("team2", "e3")], _channels.Taken.Order());
    }

    [Fact]
    public async Task The_default_route_is_for_what_nothing_else_sent_anywhere()
    {
        await ApplyAsync("routes: [{ match: { severity: critical }, notify: [oncall], continue: true }, { notify: [chat] }]");
        await SendAsync(
            Message("e1", 0, Transition.Fired, Severity.Critical, notify: []), Message("e2", 0, Transition.Fired, deployment: "d2", notify: []),
            Message("e3", 0, Transition.Fired, deployment: "d3", notify: ["team1"]));
        await DrainAsync();

        Assert.Equal([("chat", "e2"), ("oncall", "e1"), ("team1", "e3")], _channels.Taken.Order());
    }

    [Fact]
    public async Task What_follows_goes_to_those_who_heard_of_it_also_after_the_route_changed()
    {
        await ApplyAsync("routes: [{ match: { deployment: label-d1 }, notify: [team1] }]");
        await SendAsync(Message("e1", 0, Transition.Fired, notify: []));
        await DrainAsync();
        await ApplyAsync("routes: [{ match: { deployment: label-d1 }, notify: [team2] }]");
        _pipeline.Time.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(Message("e2", 1, Transition.Reminded, notify: []), Message("e3", 2, Transition.Resolved, notify: []));
        await DrainAsync();

        Assert.Equal([("team1", "e1"), ("team1", "e2"), ("team1", "e3")], _channels.Taken);
    }

    [Fact]
    public async Task An_alert_that_becomes_worse_is_also_told_to_those_who_are_for_that()
    {
        await ApplyAsync("routes: [{ match: { severity: critical }, notify: [oncall] }]");
        await SendAsync(Message("e1", 0, Transition.Fired));
        await DrainAsync();
        await SendAsync(Message("e2", 1, Transition.Escalated, Severity.Critical), Message("e3", 2, Transition.Resolved, Severity.Critical));
        await DrainAsync();

        Assert.Equal([("chat", "e1"), ("chat", "e2"), ("chat", "e3"), ("oncall", "e2"), ("oncall", "e3")], _channels.Taken.Order());
    }

    /// <summary>Alerts of several groups come at any times, and a channel fails now and then: each is told once, in the order of its alert.</summary>
    [Fact]
    public async Task Whatever_comes_when_each_transition_is_told_once_and_in_order() =>
        await Gen.Select(Gen.Select(Gen.Int[0, 3], Gen.Int[0, 40]).Array[1, 25], Gen.Int[0, 3].Array[30]).CheckAsync(40, async one =>
        {
            var (steps, weather) = one;
            await using var pipeline = new PipelineFixture();
            var channels = new ChannelBoard(pipeline.Time);
            await pipeline.ApplyAsync("rules: []\nchannels: [{ name: chat, type: teams, url: \"secret:chat\" }]");
            var attempt = 0;
            channels.Behaviour["chat"] = _ => weather[attempt++ % weather.Length] == 0 && attempt < 60 ? new DeliveryResult.Deferred("503") : new DeliveryResult.Delivered();
            var sent = new List<(string Group, string Event)>();
            var queue = new AlertQueue(pipeline.Alerts);
            foreach (var (step, index) in steps.Select((step, index) => (step, index)))
            {
                var (group, pause) = step;
                sent.Add(($"d{group}", $"e{index}"));
                await queue.SendAsync([Message($"e{index}", index, index % 3 == 2 ? Transition.Escalated : Transition.Reminded, deployment: $"d{group}")], CancellationToken.None);
                await pipeline.DrainAsync(pipeline.Alerts, pipeline.Delivery(channels));
                pipeline.Time.Advance(TimeSpan.FromSeconds(pause));
            }

            await pipeline.DrainAllAsync(pipeline.Alerts, pipeline.Delivery(channels));
            foreach (var group in sent.GroupBy(pair => pair.Group))
            {
                var told = channels.Messages.SelectMany(message => message.Notification.Alerts).Where(alert => alert.Deployment.Id == group.Key).Select(alert => alert.Transition.EventId);
                if (!told.SequenceEqual(group.Select(pair => pair.Event)))
                    throw new InvalidOperationException($"{group.Key}: sent {string.Join(' ', group.Select(pair => pair.Event))}, told {string.Join(' ', told)}.");
            }
        });

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private Task ApplyAsync(string routes) => _pipeline.ApplyAsync(
        $$"""
        rules: []
        channels:
          - { name: chat, type: teams, url: "secret:chat" }
          - { name: oncall, type: teams, url: "secret:oncall" }
          - { name: team1, type: teams, url: "secret:team1" }
          - { name: team2, type: teams, url: "secret:team2" }
        {{routes}}
        """);

    private Task SendAsync(params AlertMessage[] messages) => new AlertQueue(_pipeline.Alerts).SendAsync(messages, Cancellation);

    private Task<int> WorkAsync() => _pipeline.DrainAsync(_pipeline.Alerts, _pipeline.Delivery(_channels));

    private Task DrainAsync() => _pipeline.DrainAllAsync(_pipeline.Alerts, _pipeline.Delivery(_channels));
}
