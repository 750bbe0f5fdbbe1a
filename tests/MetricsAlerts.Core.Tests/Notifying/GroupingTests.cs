using CsCheck;
using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Core.Tests.Notifying;

/// <summary>Routes, groups and their waits.</summary>
public sealed class GroupingTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new();

    private RecordingChannels Channels => _pipeline.Channels;

    [Fact]
    public async Task A_storm_is_one_message_with_the_ten_worst_and_counts_of_the_rest()
    {
        await ApplyAsync("routes: [{ notify: [chat], groupBy: [rule] }]", notify: "");
        for (var deployment = 0; deployment < 20; deployment++)
            await _pipeline.TakeAsync($"d{deployment}", [.. Enumerable.Range(0, 50).Select(host => ($"h{host}", "Accuracy", (double?)(host % 10 == 0 ? 0.7 : 0.82)))]);
        await _pipeline.NotifyAllAsync();

        var content = Assert.Single(Channels.Messages).Notification.Content;
        Assert.Equal("CRITICAL: 1000 changes of alerts on 20 deployments", content.Title);
        Assert.Equal("100 critical, 900 warning. The 10 worst are shown.", content.Summary);
        Assert.Equal(10, content.Items.Count);
        Assert.All(content.Items, item => Assert.Equal(Severity.Critical, item.Severity));
        Assert.Contains(("10 more deployments", "500"), content.Facts);
    }

    [Fact]
    public async Task A_channel_that_takes_few_changes_at_once_hears_the_others_in_messages_of_their_own()
    {
        await ApplyAsync("");
        Channels.MaxChanges["chat"] = 20;
        await _pipeline.TakeAsync("d1", [.. Enumerable.Range(0, 50).Select(host => ($"h{host}", "Accuracy", (double?)(host < 5 ? 0.7 : 0.82)))]);
        await _pipeline.NotifyAllAsync();

        Assert.Equal([20, 20, 10], Channels.Messages.Select(message => message.Notification.Changes.Count));
        Assert.Equal(50, Channels.Taken.Select(taken => taken.Change.Alert.Key.Instance).Distinct().Count());
        Assert.All(Channels.Messages[0].Notification.Changes.Take(5), change => Assert.Equal(Severity.Critical, change.Alert.Severity));
    }

    // Seed 1358
    [Fact]
    public async Task A_clock_that_is_set_back_during_a_look_makes_nobody_wait()
    {
        await ApplyAsync("");
        var isSet = false;
        _pipeline.Tables.OnQuery = table =>
        {
            if (table == PipelineTables.Silences && !isSet)
                _pipeline.Time.AdjustTime(_pipeline.Now.AddHours(-5));
            isSet |= table == PipelineTables.Silences;
        };
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAsync();
        Assert.True(isSet);
        Assert.Empty(Channels.Messages);
        await _pipeline.SweepAsync();

        Assert.Single(Channels.Messages);
    }

    [Fact]
    public async Task The_first_of_a_group_waits_for_others()
    {
        await ApplyAsync("");
        var start = _pipeline.Now;
        await _pipeline.TakeAsync("d1", ("h1", "Accuracy", 0.82));
        await _pipeline.NotifyUntilAsync(start.AddSeconds(20));
        await _pipeline.TakeAsync("d1", ("h2", "Accuracy", 0.82));
        await _pipeline.NotifyAsync();
        Assert.Empty(Channels.Messages);
        await _pipeline.NotifyAllAsync();

        var message = Assert.Single(Channels.Messages);
        Assert.Equal((TimeSpan.FromSeconds(30), 2), (message.At - start, message.Notification.Changes.Count));
    }

    [Fact]
    public async Task What_came_and_went_in_the_wait_is_not_told()
    {
        await ApplyAsync("");
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.NotifyUntilAsync(_pipeline.Now.AddSeconds(20));
        await _pipeline.TakeAsync("d1", 0.9);
        await _pipeline.NotifyAllAsync();

        Assert.Empty(Channels.Attempts);
    }

    // P12
    [Fact]
    public async Task A_flap_and_a_real_change_make_a_message_about_the_real_one_only()
    {
        await ApplyAsync("");
        await _pipeline.TakeAsync("d1", ("h1", "Accuracy", 0.7), ("h2", "Accuracy", 0.82));
        await _pipeline.NotifyUntilAsync(_pipeline.Now.AddSeconds(10));
        await _pipeline.TakeAsync("d1", ("h1", "Accuracy", 0.9));
        await _pipeline.NotifyAllAsync();

        var content = Assert.Single(Channels.Messages).Notification.Content;
        Assert.StartsWith("WARNING: floor on label-d1", content.Title, StringComparison.Ordinal);
        Assert.Empty(content.Items);
    }

    // P12
    [Fact]
    public async Task A_message_of_what_is_over_and_what_is_open_is_as_bad_as_what_is_open()
    {
        await ApplyAsync("");
        await _pipeline.TakeAsync("d1", ("h1", "Accuracy", 0.7), ("h2", "Accuracy", 0.9));
        await _pipeline.NotifyAllAsync();
        await _pipeline.TakeAsync("d1", ("h1", "Accuracy", 0.9), ("h2", "Accuracy", 0.82));
        await _pipeline.NotifyAllAsync();

        var content = Channels.Messages[^1].Notification.Content;
        Assert.Equal(("WARNING: 2 changes of alerts on label-d1", "1 warning, 1 resolved.", true), (content.Title, content.Summary, content.IsOpen));
    }

    [Fact]
    public async Task Between_two_messages_of_a_group_lies_its_interval()
    {
        await ApplyAsync("routes: [{ notify: [chat], groupBy: [deployment], groupWait: 10s, groupInterval: 5m }]", notify: "");
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAllAsync();
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["chat Fired floor warning", "chat Escalated floor critical"], Channels.Said);
        Assert.Equal(TimeSpan.FromMinutes(5), Channels.Messages[1].At - Channels.Messages[0].At);
    }

    // P17
    [Fact]
    public async Task The_interval_is_kept_also_by_what_comes_just_before_and_after_a_message()
    {
        await ApplyAsync("routes: [{ notify: [chat], groupBy: [deployment], groupWait: 30s, groupInterval: 5m }]", notify: "");
        var start = _pipeline.Now;
        foreach (var (host, second) in new[] { ("h1", 0), ("h2", 29), ("h3", 31) })
        {
            await _pipeline.NotifyUntilAsync(start.AddSeconds(second));
            await _pipeline.TakeAsync("d1", (host, "Accuracy", 0.82));
        }

        await _pipeline.NotifyAllAsync();

        Assert.Equal([(30, 2), (330, 1)], Channels.Messages.Select(message => ((int)(message.At - start).TotalSeconds, message.Notification.Changes.Count)));
    }

    [Fact]
    public async Task A_restart_in_the_middle_of_a_wait_loses_nothing()
    {
        await ApplyAsync("");
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAsync();
        Assert.Empty(Channels.Messages);

        // Nothing of the first stage is left but what the tables and the queue hold.
        _pipeline.Restart();
        await _pipeline.NotifyAllAsync();
        Assert.Equal(["chat Fired floor warning"], Channels.Said);
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
            """, notify: "");
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.TakeAsync("d2", 0.82);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["oncall Fired d1", "team1 Fired d1", "team2 Fired d2"], Channels.SaidOf.Order());
    }

    [Fact]
    public async Task A_rules_own_channels_hear_beside_those_of_the_routes()
    {
        await ApplyAsync("routes: [{ match: { deployment: \"label-*\" }, notify: [team2] }]", notify: "team1");
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["team1 Fired d1", "team2 Fired d1"], Channels.SaidOf.Order());
    }

    [Fact]
    public async Task The_default_route_is_for_what_nothing_else_sent_anywhere()
    {
        const string Routes = "routes: [{ match: { severity: critical }, notify: [oncall], continue: true }, { notify: [chat] }]";
        await ApplyAsync(Routes, notify: "");
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.TakeAsync("d2", 0.82);
        await _pipeline.NotifyAllAsync();
        Assert.Equal(["chat Fired d2", "oncall Fired d1"], Channels.SaidOf.Order());

        Channels.Clear();
        await ApplyAsync(Routes, notify: "team1");
        await _pipeline.TakeAsync("d3", 0.82);
        await _pipeline.NotifyAllAsync();
        Assert.Equal(["team1 Fired d3"], Channels.SaidOf.Where(said => said.EndsWith("d3", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_follows_goes_to_those_who_heard_of_it_and_to_those_who_are_routed_to_now()
    {
        await ApplyAsync("routes: [{ match: { deployment: label-d1 }, notify: [team1] }]", notify: "");
        await _pipeline.TakeAsync("d1", 0.82);
        await _pipeline.NotifyAllAsync();
        await ApplyAsync("routes: [{ match: { deployment: label-d1 }, notify: [team2] }]", notify: "");
        await _pipeline.TakeAsync("d1", 0.7);
        await _pipeline.NotifyAllAsync();
        await _pipeline.TakeAsync("d1", 0.9);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["Fired", "Escalated", "Resolved"], Words("team1"));
        Assert.Equal(["Fired", "Resolved"], Words("team2"));
    }

    [Fact]
    public async Task An_alert_that_becomes_worse_is_also_told_to_those_who_are_for_that()
    {
        await ApplyAsync("routes: [{ match: { severity: critical }, notify: [oncall] }]");
        foreach (var value in new[] { 0.82, 0.7, 0.9 })
        {
            await _pipeline.TakeAsync("d1", value);
            await _pipeline.NotifyAllAsync();
        }

        Assert.Equal(["Fired", "Escalated", "Resolved"], Words("chat"));
        Assert.Equal(["Fired", "Resolved"], Words("oncall"));
    }

    [Fact]
    public async Task Who_hears_of_an_alert_only_while_it_is_critical_is_kept_in_step_to_its_end()
    {
        await ApplyAsync("routes: [{ match: { severity: critical }, notify: [oncall] }]");
        foreach (var value in new[] { 0.7, 0.82, 0.9 })
        {
            await _pipeline.TakeAsync("d1", value);
            await _pipeline.NotifyAllAsync();
        }

        Assert.Equal(["Fired", "Deescalated", "Resolved"], Words("oncall"));
    }

    /// <summary>
    /// Values of several deployments come at any times, and a channel fails now and then: its messages, read in order, always make sense, and in the end leave their
    /// reader believing what is so.
    /// </summary>
    [Fact]
    public async Task Whatever_comes_when_the_reader_ends_up_believing_what_is_so() =>
        await Gen.Select(Gen.Select(Gen.Int[0, 3], Gen.Int[0, 40], Gen.Int[0, 2]).Array[1, 25], Gen.Int[0, 3].Array[30]).CheckAsync(30, async one =>
        {
            var (steps, weather) = one;
            await using var pipeline = new PipelineFixture();
            await pipeline.ApplyAsync(Yaml("", "chat"));
            var attempt = 0;
            pipeline.Channels.Behaviour["chat"] = _ => weather[attempt++ % weather.Length] == 0 && attempt < 60 ? new DeliveryResult.Deferred("503") : new DeliveryResult.Delivered();
            var last = new Dictionary<string, double>();
            foreach (var (deployment, pause, value) in steps)
            {
                last[$"d{deployment}"] = value switch { 0 => 0.9, 1 => 0.82, _ => 0.7 };
                await pipeline.TakeAsync($"d{deployment}", last[$"d{deployment}"]);
                await pipeline.NotifyUntilAsync(pipeline.Now.AddSeconds(pause));
            }

            await pipeline.NotifyAllAsync();
            foreach (var (deployment, value) in last)
            {
                var believed = Severity.None;
                foreach (var said in pipeline.Channels.Taken.Select(taken => taken.Change).Where(change => change.Alert.Key.DeploymentId == deployment))
                {
                    var expected = said.Alert.IsOpen
                        ? believed == Severity.None ? Change.Fired : said.Alert.Severity > believed ? Change.Escalated : Change.Deescalated
                        : Change.Resolved;
                    var next = said.Alert.IsOpen ? said.Alert.Severity : Severity.None;
                    Assert.Equal((expected, true), (said.Change, next != believed));
                    believed = next;
                }

                Assert.Equal(value switch { 0.9 => Severity.None, 0.82 => Severity.Warning, _ => Severity.Critical }, believed);
            }
        });

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static string Yaml(string routes, string notify) =>
        $$"""
        rules: [{ name: floor, metric: Accuracy, instances: each, when: { below: { warning: 0.85, critical: 0.8 } }, notify: [{{notify}}] }]
        channels:
          - { name: chat, type: teams, url: "secret:chat" }
          - { name: oncall, type: teams, url: "secret:oncall" }
          - { name: team1, type: teams, url: "secret:team1" }
          - { name: team2, type: teams, url: "secret:team2" }
        {{routes}}
        """;

    private Task ApplyAsync(string routes, string notify = "chat") => _pipeline.ApplyAsync(Yaml(routes, notify));

    private IEnumerable<string> Words(string channel) => Channels.Taken.Where(taken => taken.Channel == channel).Select(taken => taken.Change.Change.ToString());
}
