using MetricsAlerts.Core.Tests.Notifying;
using MetricsAlerts.Metrics;
using MetricsAlerts.Operations;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Core.Tests.Lifecycle;

/// <summary>Whoever was notified that it began is notified that it ended, with the true reason, within one tick, whether anything is collected or not.</summary>
public sealed class EveryAlertEndsTests : IAsyncDisposable
{
    private const string Floor = "{ name: floor, metric: Accuracy, when: { below: { warning: 0.85, critical: 0.8 } }, notify: [chat] }";

    private readonly PipelineFixture _pipeline = new(("Notify:GroupWait", "00:00:00"));

    private RecordingChannels Channels => _pipeline.Channels;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // P2
    [Fact]
    public async Task A_rule_that_is_removed_and_comes_back_within_a_day_is_told_each_time()
    {
        await ApplyAsync(Floor);
        await TakeAsync(0.7);
        for (var time = 0; time < 2; time++)
        {
            await ApplyAsync();
            await _pipeline.SweepAsync();
            _pipeline.Time.Advance(TimeSpan.FromHours(1));
            await ApplyAsync(Floor);
            await TakeAsync(0.7);
        }

        await TakeAsync(0.9);

        Assert.Equal(
            [
                "chat Fired floor critical", "chat Resolved floor ruleRemoved", "chat Fired floor critical", "chat Resolved floor ruleRemoved",
                "chat Fired floor critical", "chat Resolved floor recovered",
            ],
            Channels.Said);
    }

    // P3
    [Fact]
    public async Task When_the_last_rule_is_removed_its_alerts_resolve_within_one_tick_although_nothing_is_collected_any_more()
    {
        await ApplyAsync(Floor);
        await TakeAsync(0.7);
        await ApplyAsync();

        await _pipeline.SweepAsync();

        Assert.Equal(["chat Fired floor critical", "chat Resolved floor ruleRemoved"], Channels.Said);
        Assert.Equal(["floor/all closed ruleRemoved"], await _pipeline.AlertsAsync());
    }

    // P3, P23
    [Theory]
    [InlineData("{ name: floor, metric: Accuracy, when: { below: { warning: 0.85, critical: 0.8 } }, notify: [chat], enabled: false }", "ruleDisabled")]
    [InlineData("{ name: floor, metric: AUC, when: { below: 0.8 }, notify: [chat] }", "noLongerSelected")]
    [InlineData("{ name: floor, metric: Accuracy, bucket: 1d, when: { below: 0.8 }, notify: [chat] }", "noLongerSelected")]
    [InlineData("{ name: floor, metric: Accuracy, instances: [h1], when: { below: 0.8 }, notify: [chat] }", "noLongerSelected")]
    [InlineData("{ name: floor, metric: Accuracy, deployments: { label: other }, when: { below: 0.8 }, notify: [chat] }", "noLongerSelected")]
    [InlineData("{ name: floor, metric: Accuracy, when: { below: 0.5 }, notify: [chat] }", "ruleChanged")]
    public async Task An_edited_rule_resolves_within_one_tick_with_the_true_reason(string rule, string reason)
    {
        await ApplyAsync(Floor);
        await TakeAsync(0.7);
        await ApplyAsync(rule);

        await _pipeline.SweepAsync();

        Assert.Equal(["chat Fired floor critical", $"chat Resolved floor {reason}"], Channels.Said);
    }

    // P23
    [Fact]
    public async Task A_stored_rule_that_is_broken_by_hand_resolves_as_unreadable_and_fires_again_when_it_is_mended()
    {
        await ApplyAsync(Floor);
        await TakeAsync(0.7);
        var table = _pipeline.Tables.GetTable(PipelineTables.Rules);
        var row = (await table.GetAsync("rule", "floor", Cancellation))!;
        await EditAsync(new(row.RowKey, new Dictionary<string, object>(row.Properties) { ["when"] = "{ bellow: 1 }" }));
        await _pipeline.SweepAsync();
        Assert.Equal(["chat Fired floor critical", "chat Resolved floor ruleUnreadable"], Channels.Said);

        await EditAsync(row);
        await _pipeline.SweepAsync();
        await TakeAsync(0.7);
        Assert.Equal("chat Fired floor critical", Channels.Said[^1]);
        Assert.Equal(3, Channels.Said.Count);

        async Task EditAsync(TableRow edited)
        {
            await table.CommitAsync("rule", [new TableOperation.Upsert(edited)], Cancellation);
            _pipeline.Time.Advance(TimeSpan.FromSeconds(31));
        }
    }

    // P3
    [Fact]
    public async Task A_host_that_is_gone_resolves_what_it_fired()
    {
        await ApplyAsync("{ name: floor, metric: Accuracy, instances: each, when: { below: 0.85 }, notify: [chat] }");
        await _pipeline.TakeAsync("d1", ("h1", "Accuracy", 0.7), ("h2", "Accuracy", 0.7));
        await _pipeline.NotifyAsync();

        await _pipeline.TakeAsync(new MetricBatch("d1") { Deployment = _pipeline.DeploymentOf("d1"), Reading = 10, GoneInstances = ["h1"] });
        await _pipeline.NotifyAsync();

        Assert.Equal(["floor/h1 closed instanceGone", "floor/h2 open warning"], await _pipeline.AlertsAsync());
        Assert.Equal("chat Resolved floor instanceGone", Channels.Said[^1]);
        Assert.DoesNotContain(await _pipeline.RowsAsync(PipelineTables.Series, "d1"), stored => stored.RowKey.Contains("h1", StringComparison.Ordinal));
    }

    // P18
    [Fact]
    public async Task A_deployment_that_is_gone_keeps_its_name()
    {
        await ApplyAsync(Floor);
        await TakeAsync(0.7);
        await _pipeline.TakeAsync(new MetricBatch("d1") { DeploymentGone = true, Reading = 10 });
        await _pipeline.NotifyAsync();

        Assert.Equal("RESOLVED: floor on label-d1", Channels.Messages[^1].Notification.Content.Title);
        Assert.Equal("chat Resolved floor deploymentGone", Channels.Said[^1]);
    }

    // P14
    [Fact]
    public async Task A_critical_after_missing_values_reaches_the_critical_route()
    {
        await ApplyAsync(
            "{ name: floor, metric: Accuracy, when: { below: { warning: 0.85, critical: 0.8 } }, noData: alert, notify: [chat] }",
            "routes: [{ match: { severity: critical }, notify: [pager] }]");
        foreach (var value in new double?[] { 0.9, null, 0.5, 0.5, 0.9 })
            await TakeAsync(value);

        Assert.Equal(["pager Fired floor critical", "pager Resolved floor recovered"], Channels.Said.Where(said => said.StartsWith("pager", StringComparison.Ordinal)));
        Assert.Equal(
            ["chat NoData floor warning", "chat Escalated floor critical", "chat Resolved floor recovered"],
            Channels.Said.Where(said => said.StartsWith("chat", StringComparison.Ordinal)));
    }

    // P21
    [Fact]
    public async Task Who_heard_of_it_on_a_channel_that_was_renamed_hears_the_end_on_the_new_one()
    {
        await ApplyAsync(Floor);
        await TakeAsync(0.7);
        await _pipeline.ApplyAsync(Yaml(Floor, "").Replace("chat", "chat-new", StringComparison.Ordinal));
        await TakeAsync(0.9);
        await _pipeline.SweepAsync();

        Assert.Equal(["chat Fired floor critical", "chat-new Resolved floor recovered"], Channels.Said);
        Assert.Empty(await _pipeline.Notifications.PeekDeadLettersAsync(10, Cancellation));
    }

    // P21
    [Fact]
    public async Task An_open_alert_is_told_on_a_renamed_channel_within_one_tick()
    {
        await ApplyAsync(Floor);
        await TakeAsync(0.7);
        await _pipeline.ApplyAsync(Yaml(Floor, "").Replace("chat", "chat-new", StringComparison.Ordinal));
        await _pipeline.SweepAsync();
        Assert.Equal(["chat Fired floor critical", "chat-new Fired floor critical"], Channels.Said);

        await TakeAsync(0.9);
        await _pipeline.SweepAsync();
        Assert.Equal("chat-new Resolved floor recovered", Channels.Said[^1]);
        Assert.Equal(3, Channels.Said.Count);
    }

    // P22
    [Fact]
    public async Task An_open_alert_that_reached_nobody_is_told_within_one_tick_of_a_channel_that_is_added()
    {
        await ApplyAsync("{ name: floor, metric: Accuracy, when: { below: 0.85 } }");
        await TakeAsync(0.7);
        await _pipeline.SweepAsync();
        Assert.Empty(Channels.Said);

        await ApplyAsync("{ name: floor, metric: Accuracy, when: { below: 0.85 }, notify: [chat] }");
        await _pipeline.SweepAsync();

        Assert.Equal(["chat Fired floor warning"], Channels.Said);
    }

    // P30
    [Fact]
    public async Task What_could_not_be_committed_was_told_to_nobody()
    {
        await ApplyAsync(Floor);
        _pipeline.Tables.OnCommit = Throttle;
        await TakeAsync(0.7);
        Assert.Single(await _pipeline.Windows.PeekDeadLettersAsync(10, Cancellation));
        Assert.Empty(Channels.Said);

        _pipeline.Tables.OnCommit = (_, _) => { };
        await TakeAsync(0.9);
        Assert.Empty(Channels.Said);
        Assert.Empty(await _pipeline.AlertsAsync());
    }

    // P31
    [Fact]
    public async Task A_dead_lettered_batch_that_is_replayed_does_not_overwrite_newer_actuals()
    {
        await ApplyAsync(Floor);
        await TakeAsync(0.9);
        _pipeline.Tables.OnCommit = Throttle;
        await _pipeline.TakeAsync(Batch(reading: 10, 0.5));
        _pipeline.Tables.OnCommit = (_, _) => { };
        await _pipeline.TakeAsync(Batch(reading: 11, 0.9));

        var letters = _pipeline.Get<DeadLetterQueues>();
        var (queue, letter) = Assert.Single(await letters.ListAsync(10, Cancellation));
        Assert.True(await letters.ReplayAsync(queue, letter.Message.SequenceNumber, Cancellation));
        await _pipeline.WorkAsync();

        Assert.Empty(Channels.Said);
    }

    // P10
    [Fact]
    public async Task A_combined_rule_with_a_patience_beyond_a_week_fires_once_and_stays()
    {
        await ApplyAsync("{ name: both, metric: Accuracy, bucket: 1d, when: { all: [{ below: 0.85 }, { metric: rowCount, above: 10 }] }, for: 10 windows, notify: [chat] }");
        for (var day = 0; day < 28; day++)
        {
            var start = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero).AddDays(day);
            await _pipeline.TakeAsync(new MetricBatch("d1")
            {
                Deployment = _pipeline.DeploymentOf("d1"),
                Reading = day + 1,
                Instances = [new("all", [.. new[] { ("Accuracy", 0.7), ("rowCount", 500.0) }.Select(series =>
                    new SeriesWindows(series.Item1, TimeSpan.FromDays(1), [new(start, start.AddDays(1), series.Item2, 100)]))])],
            });
            await _pipeline.NotifyAsync();
            Assert.Equal(day < 9 ? 0 : 1, Channels.Said.Count);
        }

        Assert.Equal(["chat Fired both warning"], Channels.Said);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static string Yaml(string rule, string more) =>
        $$"""
        rules: [{{rule}}]
        channels: [{ name: chat, type: teams, url: "secret:chat" }, { name: pager, type: teams, url: "secret:pager" }]
        {{more}}
        """;

    private static void Throttle(string partition, IReadOnlyList<TableOperation> operations)
    {
        if (partition == "Series/d1")
            throw new InvalidOperationException("throttled");
    }

    private MetricBatch Batch(long reading, double value)
    {
        var start = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero).AddHours(5);
        return new("d1")
        {
            Deployment = _pipeline.DeploymentOf("d1"),
            Reading = reading,
            Instances = [new("all", [new("Accuracy", TimeSpan.FromHours(1), [new(start, start.AddHours(1), value, 100)])])],
        };
    }

    private Task ApplyAsync(string rule = "", string more = "") => _pipeline.ApplyAsync(Yaml(rule, more));

    private async Task TakeAsync(double? value)
    {
        await _pipeline.TakeAsync("d1", value);
        await _pipeline.NotifyAsync();
    }
}
