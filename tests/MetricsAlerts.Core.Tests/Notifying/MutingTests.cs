using CsCheck;
using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Rules;
using MetricsAlerts.Testing;

namespace MetricsAlerts.Core.Tests.Notifying;

/// <summary>Silences, maintenance windows and inhibitions keep alerts back, and let them go again.</summary>
public sealed class MutingTests : IAsyncDisposable
{
    private const string EveryInstance = "inhibit: [{ when: { condition: missingFor }, mute: { family: accuracy } }]";

    private readonly PipelineFixture _pipeline = new(("Notify:GroupWait", "00:00:00"));

    private RecordingChannels Channels => _pipeline.Channels;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _pipeline.Now;

    [Fact]
    public async Task A_silenced_alert_that_is_still_open_when_the_silence_ends_is_told_then()
    {
        await ApplyAsync();
        await SilenceAsync("deployment", "label-d1", TimeSpan.FromHours(4));
        await TakeAsync("d1", 0.82);
        await TakeAsync("d2", 0.82);
        Assert.Equal(["chat Fired d2"], Channels.SaidOf);

        var end = Now.AddHours(4);
        await _pipeline.NotifyAllAsync();
        Assert.Equal(["chat Fired d2", "chat Fired d1"], Channels.SaidOf);
        Assert.Equal(end, Channels.Messages[^1].At);
    }

    [Fact]
    public async Task An_alert_that_began_and_ended_in_a_silence_is_never_told()
    {
        await ApplyAsync();
        await SilenceAsync("deployment", "label-d1", TimeSpan.FromHours(4));
        await TakeAsync("d1", 0.82);
        await TakeAsync("d1", 0.9);
        await _pipeline.NotifyAllAsync();

        Assert.Empty(Channels.Messages);
    }

    [Fact]
    public async Task That_a_told_alert_is_over_is_told_in_a_silence_too()
    {
        await ApplyAsync("remindEvery: 1h");
        await TakeAsync("d1", 0.82);
        await SilenceAsync("rule", "floor", TimeSpan.FromHours(4));
        await _pipeline.NotifyUntilAsync(Now.AddHours(2));
        Assert.Single(Channels.Said);
        await TakeAsync("d1", 0.9);

        Assert.Equal(["chat Fired floor warning", "chat Resolved floor recovered"], Channels.Said);
    }

    [Fact]
    public async Task That_a_told_alert_became_worse_in_a_silence_is_told_when_it_ends()
    {
        await ApplyAsync();
        await TakeAsync("d1", 0.82);
        await SilenceAsync("rule", "floor", TimeSpan.FromHours(4));
        var end = Now.AddHours(4);
        await TakeAsync("d1", 0.7);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["chat Fired floor warning", "chat Escalated floor critical"], Channels.Said);
        Assert.Equal(end, Channels.Messages[^1].At);
    }

    // P13
    [Fact]
    public async Task The_first_word_after_a_silence_is_that_it_is_open()
    {
        await ApplyAsync("remindEvery: 1h");
        await SilenceAsync("rule", "floor", TimeSpan.FromHours(4));
        var end = Now.AddHours(4);
        await TakeAsync("d1", 0.7);
        await TakeAsync("d1", 0.82);
        await _pipeline.NotifyUntilAsync(end.AddMinutes(1));

        Assert.Equal(["chat Fired floor warning"], Channels.Said);
        Assert.DoesNotContain("less bad", Channels.Messages[0].Notification.Content.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silence_that_is_ended_early_lets_go_within_a_tick()
    {
        await ApplyAsync();
        var silence = await SilenceAsync("rule", "floor", TimeSpan.FromHours(4));
        await TakeAsync("d1", 0.82);
        await _pipeline.Get<SilenceStore>().ExpireAsync(silence.Id, Cancellation);

        await _pipeline.SweepAsync();

        Assert.Equal(["chat Fired floor warning"], Channels.Said);
    }

    [Fact]
    public async Task A_maintenance_window_keeps_alerts_back_until_it_ends()
    {
        // The fixture's time is midnight UTC on a Monday: one in the morning in Berlin.
        await ApplyAsync(more: "maintenance: [{ name: night, match: { deployment: \"label-*\" }, days: sun, from: \"22:00\", to: \"06:00\", timeZone: Europe/Berlin }]");
        var start = Now;
        await TakeAsync("d1", 0.82);
        await _pipeline.NotifyAllAsync();

        Assert.Equal(TimeSpan.FromHours(5), Channels.Messages.Single().At - start);
    }

    // P11
    [Fact]
    public async Task A_maintenance_window_that_is_removed_lets_go_within_a_tick()
    {
        await ApplyAsync(more: "maintenance: [{ name: night, match: { deployment: \"label-*\" }, days: sun, from: \"22:00\", to: \"06:00\", timeZone: Europe/Berlin }]");
        await TakeAsync("d1", 0.82);
        Assert.Empty(Channels.Said);

        await ApplyAsync(more: "maintenance: []");
        await _pipeline.SweepAsync();

        Assert.Equal(["chat Fired floor warning"], Channels.Said);
    }

    [Fact]
    public async Task Without_actuals_accuracy_alerts_of_the_instance_wait()
    {
        await ApplyAsync(more: "");
        await TakeAsync("d1", ("h1", "Accuracy", 0.9));
        await TakeAsync("d1", ("h1", "Accuracy", null), ("h1", "LogLoss", null));
        await TakeAsync("d1", ("h1", "Accuracy", 0.82), ("h1", "responseTime", 500));
        await TakeAsync("d2", 0.82);
        Assert.Equal(["chat Fired floor d2", "chat Fired no-logloss d1", "chat Fired slow d1"], SaidOfRules());

        await TakeAsync("d1", ("h1", "LogLoss", 0.1));
        Assert.Equal(
            ["chat Fired floor d1", "chat Fired floor d2", "chat Fired no-logloss d1", "chat Fired slow d1", "chat Resolved no-logloss d1"], SaidOfRules());
    }

    [Fact]
    public async Task An_inhibition_of_the_file_asks_for_the_labels_that_must_be_equal()
    {
        await ApplyAsync(more: "inhibit: [{ when: { rule: slow }, mute: { severity: warning }, equal: [instance] }]");
        await TakeAsync("d1", ("h1", "responseTime", 500));
        await TakeAsync("d1", ("h1", "Accuracy", 0.82), ("h2", "Accuracy", 0.82), ("h1", "AUC", 0.2));

        Assert.Equal(["floor h2", "slow h1", "worse h1"], Channels.Taken.Select(taken => $"{taken.Change.Alert.Key.Rule} {taken.Change.Alert.Key.Instance}").Order());
    }

    [Fact]
    public async Task An_alert_that_reaches_nobody_mutes_nothing()
    {
        await ApplyAsync(more: "inhibit: [{ when: { rule: nowhere }, mute: { rule: floor } }]");
        await TakeAsync("d1", ("all", "PPV", 0.1), ("all", "Accuracy", 0.82));

        Assert.Equal(["chat Fired floor warning"], Channels.Said);
    }

    [Fact]
    public async Task Alerts_that_would_mute_each_other_are_both_told()
    {
        await ApplyAsync(more: EveryInstance);
        await TakeAsync("d1", ("h1", "LogLoss", 0.1), ("h2", "LogLoss", 0.1));
        await TakeAsync("d1", ("h1", "LogLoss", null), ("h2", "LogLoss", null));
        await _pipeline.NotifyAllAsync();
        await _pipeline.SweepAsync();

        Assert.Equal(["h1", "h2"], Channels.Taken.Select(taken => taken.Change.Alert.Key.Instance).Order());
    }

    // P4
    [Fact]
    public async Task A_host_without_actuals_does_not_mute_the_deployment()
    {
        await ApplyAsync(more: "");
        await TakeAsync("d1", ("h7", "LogLoss", 0.1));
        await TakeAsync("d1", ("h7", "LogLoss", null));
        await TakeAsync("d1", 0.7);

        Assert.Equal(["chat Fired no-logloss warning", "chat Fired floor critical"], Channels.Said);
    }

    // P4
    [Fact]
    public async Task A_host_that_is_gone_mutes_nothing_any_more()
    {
        await ApplyAsync(more: EveryInstance);
        await TakeAsync("d1", ("h7", "LogLoss", 0.1));
        await TakeAsync("d1", ("h7", "LogLoss", null));
        await TakeAsync("d1", 0.7);
        Assert.Equal(["chat Fired no-logloss warning"], Channels.Said);

        await _pipeline.TakeAsync(new MetricBatch("d1") { Deployment = _pipeline.DeploymentOf("d1"), Reading = 100, GoneInstances = ["h7"] });
        await _pipeline.NotifyAllAsync();

        Assert.Equal(["chat Fired floor critical", "chat Fired no-logloss warning", "chat Resolved no-logloss instanceGone"], Channels.Said.Order());
    }

    // P11
    [Theory]
    [InlineData("inhibit: [{ when: { rule: other }, mute: { rule: floor } }]")]
    [InlineData("inhibit: [{ when: { rule: slow }, mute: { rule: floor, severity: warning } }]")]
    public async Task An_alert_that_an_inhibition_muted_is_told_within_a_tick_when_the_inhibition_is_changed(string changed)
    {
        await ApplyAsync(more: "inhibit: [{ when: { rule: slow }, mute: { rule: floor } }]");
        await TakeAsync("d1", ("all", "responseTime", 500));
        await TakeAsync("d1", 0.7);
        Assert.Equal(["chat Fired slow warning"], Channels.Said);

        await ApplyAsync(more: changed);
        await _pipeline.SweepAsync();

        Assert.Equal(["chat Fired slow warning", "chat Fired floor critical"], Channels.Said);
    }

    [Fact]
    public async Task Why_nobody_was_told_is_in_the_alerts_record()
    {
        await ApplyAsync();
        var silence = await SilenceAsync("rule", "floor", TimeSpan.FromHours(4));
        await TakeAsync("d1", 0.82);

        var alert = await _pipeline.Get<AlertStore>().ListAsync("d1", Cancellation).SingleAsync(Cancellation);
        var state = Assert.Single(await _pipeline.Get<DeliveryStates>().ListAsync(alert, Cancellation));
        Assert.Equal((Change.None, Change.Fired), (state.LastWord, state.Pending));
        Assert.StartsWith($"silence {silence.Id} until", state.Held, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_alert_is_said_again_as_often_as_the_rule_asks()
    {
        await ApplyAsync("remindEvery: 3h");
        var start = Now;
        await TakeAsync("d1", 0.82);
        await _pipeline.NotifyUntilAsync(start.AddHours(7));
        await TakeAsync("d1", 0.9);
        await _pipeline.NotifyUntilAsync(start.AddHours(14));

        Assert.Equal([("Fired", 0), ("Reminded", 3), ("Reminded", 6), ("Resolved", 7)], Channels.Messages.Select(message =>
            (message.Notification.Changes.Single().Change.ToString(), (int)(message.At - start).TotalHours)));
    }

    /// <summary>Whenever alerts fire and resolve and silences come: in a silence nothing is told that opens, afterwards whatever is still open is told once.</summary>
    [Fact]
    public async Task Whatever_is_silenced_when_each_alert_is_told_once_and_never_in_a_silence() =>
        await Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[1, 90]).Array[1, 25].CheckAsync(30, async steps =>
        {
            await using var pipeline = new PipelineFixture(("Notify:GroupWait", "00:00:00"));
            await pipeline.ApplyAsync(Yaml("", ""));
            var (open, silences) = (new bool[4], new List<(int Alert, DateTimeOffset Start, DateTimeOffset End)>());
            foreach (var (kind, alert, minutes) in steps)
            {
                if (kind == 0)
                {
                    silences.Add((alert, pipeline.Now, pipeline.Now.AddMinutes(3 * minutes)));
                    await pipeline.Get<SilenceStore>().AddAsync(
                        Matcher("deploymentId", $"d{alert}"), silences[^1].Start, silences[^1].End, "me", "", CancellationToken.None);
                }
                else
                {
                    // What is open resolves, what is not fires.
                    open[alert] = !open[alert];
                    await pipeline.TakeAsync($"d{alert}", open[alert] ? 0.82 : 0.9);
                }

                await pipeline.NotifyUntilAsync(pipeline.Now.AddMinutes(minutes));
            }

            await pipeline.NotifyUntilAsync(pipeline.Now.AddDays(1));
            var told = pipeline.Channels.Messages.SelectMany(message => message.Notification.Changes.Select(change => (change.Change, change.Alert, message.At))).ToList();

            // What was told in the very moment in which a silence began was told before it: the step that adds it comes after the telling.
            Assert.DoesNotContain(told, one => one.Alert.IsOpen && silences.Exists(silence => $"d{silence.Alert}" == one.Alert.Key.DeploymentId && silence.Start < one.At && one.At < silence.End));
            for (var alert = 0; alert < 4; alert++)
            {
                var words = told.Where(one => one.Alert.Key.DeploymentId == $"d{alert}").Select(one => one.Change).ToList();
                Assert.Equal(words.Select((_, index) => index % 2 == 0 ? Change.Fired : Change.Resolved), words);
                Assert.Equal(open[alert], words.Count % 2 == 1);
            }
        });

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static AlertMatcher Matcher(string label, string glob) => new(new Dictionary<string, Glob> { [label] = new(glob) });

    private static string Yaml(string keys, string more) =>
        $$"""
        rules:
          - { name: floor, metric: Accuracy, instances: each, when: { below: { warning: 0.85, critical: 0.8 } }, notify: [chat], {{keys}} }
          - { name: slow, metric: responseTime, instances: each, when: { above: 300 }, notify: [chat] }
          - { name: worse, metric: AUC, instances: each, when: { below: 0.5 }, severity: critical, notify: [chat] }
          - { name: nowhere, metric: PPV, when: { below: 0.5 } }
          - { name: no-logloss, metric: LogLoss, instances: each, when: { missingFor: 1h }, notify: [chat] }
        channels: [{ name: chat, type: teams, url: "secret:chat" }]
        {{more}}
        """;

    private Task<Silence> SilenceAsync(string label, string glob, TimeSpan duration) =>
        _pipeline.Get<SilenceStore>().AddAsync(Matcher(label, glob), Now, Now + duration, "me", "trying", Cancellation);

    private Task ApplyAsync(string keys = "", string more = "") => _pipeline.ApplyAsync(Yaml(keys, more));

    /// <summary>The next hour has these values, and what follows is told at once.</summary>
    private Task TakeAsync(string deploymentId, double? accuracy) => TakeAsync(deploymentId, ("all", "Accuracy", accuracy));

    private async Task TakeAsync(string deploymentId, params (string, string, double?)[] values)
    {
        await _pipeline.TakeAsync(deploymentId, values);
        await _pipeline.NotifyAsync();
    }

    private IEnumerable<string> SaidOfRules() =>
        Channels.Taken.Select(taken => $"{taken.Channel} {taken.Change.Change} {taken.Change.Alert.Key.Rule} {taken.Change.Alert.Key.DeploymentId}").Order();
}
