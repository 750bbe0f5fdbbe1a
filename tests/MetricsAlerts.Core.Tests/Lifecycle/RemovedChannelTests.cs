using MetricsAlerts.Alerts;
using MetricsAlerts.Core.Tests.Notifying;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Core.Tests.Lifecycle;

/// <summary>Whoever read a channel that is removed, renamed or no longer routed to, and those who are told in its place.</summary>
public sealed class RemovedChannelTests : IAsyncDisposable
{
    private const string Chat = "{ name: chat, type: teams, url: \"secret:chat\" }";
    private const string Mail = "{ name: mail, type: teams, url: \"secret:mail\" }";

    private readonly PipelineFixture _pipeline = new();

    private RecordingChannels Channels => _pipeline.Channels;

    [Fact]
    public async Task An_alert_that_fired_anew_while_its_end_was_waiting_for_a_channel_is_fired_there()
    {
        await ApplyAsync("chat", Chat);
        await TakeAsync(0.7);
        await ApplyAsync("", "");
        await TakeAsync(0.9);
        await TakeAsync(0.7);

        await ApplyAsync("mail", Mail);
        await WaitAsync();

        Assert.Contains("mail Fired floor warning", Channels.Said);
    }

    [Fact]
    public async Task A_renamed_channel_hears_of_what_fired_anew_before_the_end_was_told()
    {
        await ApplyAsync("chat", Chat);
        await TakeAsync(0.7);
        await _pipeline.TakeAsync("d1", 0.9);
        await ApplyAsync("mail", Mail);
        await TakeAsync(0.7);
        await WaitAsync();

        Assert.Contains("mail Fired floor warning", Channels.Said);
    }

    [Fact]
    public async Task The_end_is_told_once_to_those_who_heard_it_themselves_whatever_the_removed_channel_may_have_heard()
    {
        // The other deployment of the group stays open, so that the group is looked at again and again.
        await ApplyByRuleAsync("chat, mail", $"{Chat}, {Mail}");
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Deferred("No answer.") { MayHaveArrived = true };
        await _pipeline.TakeAsync("d2", 0.7);
        await TakeAsync(0.7);
        await ApplyByRuleAsync("mail", Mail);
        await TakeAsync(0.9);
        await WaitAsync();

        Assert.Single(Channels.Said, "mail Resolved floor recovered");
    }

    [Fact]
    public async Task The_end_is_told_where_the_rule_leads_by_now()
    {
        await ApplyAsync("chat", Chat);
        await TakeAsync(0.7);
        await _pipeline.ApplyAsync(
            $$"""
            rules: [{ name: floor, metric: AUC, when: { below: 0.85 }, notify: [mail] }]
            channels: [{{Mail}}]
            routes: []
            """);
        await WaitAsync();

        Assert.Equal(["chat Fired floor warning", "mail Resolved floor noLongerSelected"], Channels.Said);
    }

    [Fact]
    public async Task A_fallback_is_not_told_of_what_nothing_sends_to_its_channel_any_more()
    {
        var chat = Chat.Replace(" }", ", fallback: mail }", StringComparison.Ordinal);
        await ApplyAsync("chat", $"{chat}, {Mail}");
        await TakeAsync(0.7);
        await ApplyAsync("", $"{chat}, {Mail}");
        await _pipeline.SweepAsync();
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Refused("Gone.");
        await TakeAsync(0.4);
        await WaitAsync();

        Assert.Contains(Channels.Attempts, attempt => attempt.Notification.Changes[0].Change == Change.Escalated);
        Assert.Equal(["chat Fired floor warning"], Channels.Said);
    }

    [Fact]
    public async Task Who_is_a_fallback_and_is_sent_the_alert_too_is_told_once()
    {
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Refused("Gone.");
        await _pipeline.ApplyAsync(
            $$"""
            rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 }, notify: [mail] }]
            channels: [{{Chat.Replace(" }", ", fallback: mail }", StringComparison.Ordinal)}}, {{Mail}}]
            routes: [{ match: { rule: floor }, notify: [chat], groupBy: [rule] }]
            """);
        await TakeAsync(0.7);
        await WaitAsync();

        Assert.Equal(["mail Fired floor warning"], Channels.Said);
    }

    [Fact]
    public async Task The_end_of_what_only_a_removed_fallback_heard_is_told_where_the_beginning_was_given_up()
    {
        var chat = Chat.Replace(" }", ", fallback: mail }", StringComparison.Ordinal);
        await ApplyAsync("chat", $"{chat}, {Mail}");
        Channels.Behaviour["chat"] = _ => new DeliveryResult.Refused("Gone.");
        await TakeAsync(0.7);
        await ApplyAsync("chat", Chat);
        Channels.Behaviour.Remove("chat");
        await TakeAsync(0.9);
        await WaitAsync();

        Assert.Equal(["mail Fired floor warning", "chat Resolved floor recovered"], Channels.Said);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private Task ApplyAsync(string notify, string channels) => _pipeline.ApplyAsync(
        $$"""
        rules: [{ name: floor, metric: Accuracy, when: { below: { warning: 0.85, critical: 0.5 } }, notify: [{{notify}}] }]
        channels: [{{channels}}]
        routes: []
        """);

    /// <summary>All alerts of the rule share a message.</summary>
    private Task ApplyByRuleAsync(string notify, string channels) => _pipeline.ApplyAsync(
        $$"""
        rules: [{ name: floor, metric: Accuracy, when: { below: 0.85 } }]
        channels: [{{channels}}]
        routes: [{ match: { rule: floor }, notify: [{{notify}}], groupBy: [rule] }]
        """);

    private async Task TakeAsync(double value)
    {
        await _pipeline.TakeAsync("d1", value);
        await _pipeline.NotifyUntilAsync(_pipeline.Now.AddMinutes(10));
    }

    private async Task WaitAsync()
    {
        for (var sweep = 0; sweep < 8; sweep++)
        {
            await _pipeline.SweepAsync();
            await _pipeline.NotifyUntilAsync(_pipeline.Now.AddMinutes(10));
        }
    }
}
