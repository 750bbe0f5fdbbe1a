using CsCheck;
using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Rules;
using MetricsAlerts.Testing;
using static MetricsAlerts.Core.Tests.Notifying.ChannelBoard;

namespace MetricsAlerts.Core.Tests.Notifying;

/// <summary>Silences, maintenance windows and inhibitions keep alerts back, and let them go again.</summary>
public sealed class MutingTests : IAsyncDisposable
{
    private static readonly NotifyOptions Immediate = new() { GroupWait = TimeSpan.Zero };

    private readonly PipelineFixture _pipeline = new();
    private readonly ChannelBoard _channels;

    public MutingTests() => _channels = new(_pipeline.Time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _pipeline.Time.GetUtcNow();

    [Fact]
    public async Task A_silenced_alert_that_is_still_open_when_the_silence_ends_is_told_then()
    {
        await ApplyAsync("");
        await SilenceAsync("rule", "floor", TimeSpan.FromHours(4));
        await SendAsync(Message("e1", 0, Transition.Fired), Message("e2", 0, Transition.Fired, rule: "other"));
        await WorkAsync();
        Assert.Equal(["e2"], Told());

        var end = Now.AddHours(4);
        await DrainAsync();
        Assert.Equal(["e2", "e1"], Told());
        Assert.Equal(end, _channels.Messages[^1].At);
    }

    [Fact]
    public async Task An_alert_that_began_and_ended_in_a_silence_is_never_told()
    {
        await ApplyAsync("");
        await SilenceAsync("deployment", "label-d1", TimeSpan.FromHours(4));
        await SendAsync(Message("e1", 0, Transition.Fired), Message("e2", 1, Transition.Resolved));
        await DrainAsync();

        Assert.Empty(_channels.Messages);
    }

    [Fact]
    public async Task That_a_told_alert_is_over_is_told_in_a_silence_too()
    {
        await ApplyAsync("");
        await SendAsync(Message("e1", 0, Transition.Fired));
        await WorkAsync();
        await SilenceAsync("rule", "floor", TimeSpan.FromHours(4));
        await SendAsync(Message("e2", 1, Transition.Reminded), Message("e3", 2, Transition.Resolved));
        await WorkAsync();

        Assert.Equal(["e1", "e3"], Told());
    }

    [Fact]
    public async Task That_a_told_alert_became_worse_in_a_silence_is_told_when_it_ends()
    {
        await ApplyAsync("");
        await SendAsync(Message("e1", 0, Transition.Fired));
        await WorkAsync();
        await SilenceAsync("rule", "floor", TimeSpan.FromHours(4));
        var end = Now.AddHours(4);
        await SendAsync(Message("e2", 1, Transition.Escalated, Severity.Critical));
        await DrainAsync();

        Assert.Equal(["e1", "e2"], Told());
        Assert.Equal(end, _channels.Messages[^1].At);
    }

    [Fact]
    public async Task A_maintenance_window_keeps_alerts_back_until_it_ends()
    {
        // The fixture's time is midnight UTC on a Monday: one in the morning in Berlin.
        await ApplyAsync("maintenance: [{ name: night, match: { deployment: \"label-*\" }, days: sun, from: \"22:00\", to: \"06:00\", timeZone: Europe/Berlin }]");
        var start = Now;
        await SendAsync(Message("e1", 0, Transition.Fired));
        await DrainAsync();

        Assert.Equal(TimeSpan.FromHours(5), _channels.Messages.Single().At - start);
    }

    [Fact]
    public async Task Without_actuals_accuracy_alerts_of_the_deployment_wait()
    {
        await ApplyAsync("");
        await SendAsync(Message("missing", 0, Transition.Fired, rule: "no-actuals", condition: "missingFor"));
        await WorkAsync();
        await SendAsync(
            Message("e1", 1, Transition.Fired), Message("e2", 1, Transition.Fired, rule: "slow", metric: "responseTime"), Message("e3", 1, Transition.Fired, deployment: "d2"));
        await WorkAsync();
        Assert.Equal(["e2", "e3", "missing"], Told().Order());

        await SendAsync(Message("back", 2, Transition.Resolved, rule: "no-actuals", condition: "missingFor"));
        await WorkAsync();
        Assert.Equal(["back", "e1", "e2", "e3", "missing"], Told().Order());
    }

    [Fact]
    public async Task An_inhibition_of_the_file_asks_for_the_labels_that_must_be_equal()
    {
        await ApplyAsync("inhibit: [{ when: { rule: down }, mute: { severity: warning }, equal: [metric] }]");
        await SendAsync(Message("down", 0, Transition.Fired, Severity.Critical, rule: "down", metric: "responseTime"));
        await WorkAsync();
        await SendAsync(Message("muted", 1, Transition.Fired, rule: "slow", metric: "responseTime"), Message("other", 1, Transition.Fired), Message("worse", 1, Transition.Fired, Severity.Critical, rule: "very-slow", metric: "responseTime"));
        await WorkAsync();

        Assert.Equal(["down", "other", "worse"], Told().Order());
    }

    [Fact]
    public async Task What_is_muted_itself_mutes_nothing()
    {
        await ApplyAsync("");
        await SilenceAsync("rule", "no-actuals", TimeSpan.FromHours(4));
        await SendAsync(Message("missing", 0, Transition.Fired, rule: "no-actuals", condition: "missingFor"));
        await WorkAsync();
        await SendAsync(Message("e1", 1, Transition.Fired));
        await WorkAsync();

        Assert.Equal(["e1"], Told());
    }

    [Fact]
    public async Task Why_nobody_was_told_is_in_the_alert()
    {
        await ApplyAsync("");
        var silence = await SilenceAsync("rule", "floor", TimeSpan.FromHours(4));
        await SendAsync(Message("e1", 0, Transition.Fired));
        await WorkAsync();

        var record = await _pipeline.AlertStore.ListAsync(Cancellation).SingleAsync(Cancellation);
        Assert.Equal(("silence:" + silence.Id, 0), (record.SuppressedBy, record.Told.Count));
    }

    /// <summary>Whenever alerts fire and resolve and silences come: in a silence nothing is told that opens, afterwards whatever is still open is told once.</summary>
    [Fact]
    public async Task Whatever_is_silenced_when_each_alert_is_told_once_and_never_in_a_silence() =>
        await Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[1, 90]).Array[1, 25].CheckAsync(100, async steps =>
        {
            await using var pipeline = new PipelineFixture();
            var channels = new ChannelBoard(pipeline.Time);
            await pipeline.ApplyAsync("rules: []\nchannels: [{ name: chat, type: teams, url: \"secret:chat\" }]");
            var (open, episode, silences) = (new bool[4], new int[4], new List<(int Alert, DateTimeOffset Start, DateTimeOffset End)>());
            foreach (var (index, (kind, alert, minutes)) in steps.Index())
            {
                if (kind == 0)
                {
                    silences.Add((alert, pipeline.Time.GetUtcNow(), pipeline.Time.GetUtcNow().AddMinutes(3 * minutes)));
                    await pipeline.Silences.AddAsync(Matcher("deploymentId", $"d{alert}"), silences[^1].Start, silences[^1].End, "me", "", CancellationToken.None);
                }
                else
                {
                    // What is open resolves, what is not fires: each episode is an alert of its own.
                    var transition = open[alert] ? Transition.Resolved : Transition.Fired;
                    episode[alert] += open[alert] ? 0 : 1;
                    open[alert] = !open[alert];
                    await new AlertQueue(pipeline.Alerts).SendAsync([Message($"e{index}", index, transition, deployment: $"d{alert}", alert: $"d{alert}/{episode[alert]}")], CancellationToken.None);
                }

                await DrainToAsync(pipeline, channels, pipeline.Time.GetUtcNow().AddMinutes(minutes));
            }

            await DrainToAsync(pipeline, channels, pipeline.Time.GetUtcNow().AddDays(1));
            var told = channels.Messages.SelectMany(message => message.Notification.Alerts.Select(alert => (alert.Transition, message.At))).ToList();
            Assert.Equal(told.Select(pair => pair.Transition.EventId).Distinct(), told.Select(pair => pair.Transition.EventId));

            // What was told in the very moment in which a silence began was told before it: the step that adds it comes after the telling.
            Assert.DoesNotContain(told, pair => pair.Transition.IsOpen && silences.Exists(silence => $"d{silence.Alert}" == pair.Transition.DeploymentId && silence.Start < pair.At && pair.At < silence.End));
            for (var alert = 0; alert < 4; alert++)
            {
                Assert.Equal(open[alert] ? 1 : 0, told.Count(pair => pair.Transition.AlertId == $"d{alert}/{episode[alert]}" && pair.Transition.IsOpen && open[alert]));
                foreach (var one in told.Where(pair => pair.Transition.DeploymentId == $"d{alert}").GroupBy(pair => pair.Transition.AlertId).Where(one => one.Key != $"d{alert}/{episode[alert]}" || !open[alert]))
                    Assert.Equal([Transition.Fired, Transition.Resolved], one.Select(pair => pair.Transition.Transition));
            }
        });

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static async Task DrainToAsync(PipelineFixture pipeline, ChannelBoard channels, DateTimeOffset until)
    {
        await pipeline.DrainAsync(pipeline.Alerts, pipeline.Delivery(channels, Immediate));
        while (await pipeline.Alerts.NextDueAsync(CancellationToken.None) is { } due && due <= until)
        {
            if (due > pipeline.Time.GetUtcNow())
                pipeline.Time.SetUtcNow(due);
            await pipeline.DrainAsync(pipeline.Alerts, pipeline.Delivery(channels, Immediate));
        }

        if (until > pipeline.Time.GetUtcNow())
            pipeline.Time.SetUtcNow(until);
    }

    private static AlertMatcher Matcher(string label, string glob) => new(new Dictionary<string, Glob> { [label] = new(glob) });

    private Task<Silence> SilenceAsync(string label, string glob, TimeSpan duration) =>
        _pipeline.Silences.AddAsync(Matcher(label, glob), Now, Now + duration, "me", "trying", Cancellation);

    private IEnumerable<string> Told() => _channels.Taken.Select(taken => taken.Event);

    private Task ApplyAsync(string more) => _pipeline.ApplyAsync("rules: []\nchannels: [{ name: chat, type: teams, url: \"secret:chat\" }]\n" + more);

    private Task SendAsync(params AlertMessage[] messages) => new AlertQueue(_pipeline.Alerts).SendAsync(messages, Cancellation);

    /// <summary>Works off what is due now.</summary>
    private async Task WorkAsync()
    {
        while (await _pipeline.DrainAsync(_pipeline.Alerts, _pipeline.Delivery(_channels, Immediate)) > 0)
        {
        }
    }

    private Task DrainAsync() => _pipeline.DrainAllAsync(_pipeline.Alerts, _pipeline.Delivery(_channels, Immediate));
}
