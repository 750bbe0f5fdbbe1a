using MetricsAlerts.Core.Tests.Notifying;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Core.Tests.Lifecycle;

/// <summary>Races, crashes and lost hints: whatever goes wrong in between, everything arrives.</summary>
public sealed class CrashTests : IAsyncDisposable
{
    private readonly PipelineFixture _pipeline = new(("Notify:GroupWait", "00:00:00"));

    private RecordingChannels Channels => _pipeline.Channels;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // P1
    [Fact]
    public async Task Of_many_alerts_whose_inhibition_ends_as_they_fire_every_one_is_told()
    {
        await ApplyAsync();
        var deployments = Enumerable.Range(0, 300).Select(number => $"d{number}").ToList();
        foreach (var values in new double?[][] { [0.9], [null, null], [0.5] })
        {
            await _pipeline.Windows.SendAsync([.. deployments.Select(deployment => MetricBatchMessages.Of(Batch(deployment, values)).Single())], Cancellation);
            await Task.WhenAll(RunAsync(), RunAsync());
        }

        await RunAsync();

        Assert.Equal(300, Channels.Taken.Count(taken => taken.Change.Alert.Key.Rule == "floor" && taken.Change.Alert.IsOpen));
        Assert.Equal(300, Channels.Taken.Count(taken => taken.Change.Alert.Key.Rule == "no-actuals" && !taken.Change.Alert.IsOpen));

        async Task RunAsync()
        {
            for (var handled = 1; handled > 0;)
            {
                var counts = await Task.WhenAll(
                    _pipeline.DrainAsync(_pipeline.Windows, _pipeline.Get<EvaluateHandler>(), 16),
                    _pipeline.DrainAsync(_pipeline.Notifications, _pipeline.Get<NotifyHandler>(), 16));
                handled = counts.Sum();
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_process_that_dies_at_any_commit_or_sending_tells_everything_in_the_end(bool before)
    {
        var steps = await StoryAsync(_pipeline, dieAt: int.MaxValue, before);
        var expected = Channels.Said.ToList();
        Assert.Equal(4, expected.Count);
        for (var dieAt = 0; dieAt < steps; dieAt++)
        {
            await using var pipeline = new PipelineFixture(("Notify:GroupWait", "00:00:00"));
            await StoryAsync(pipeline, dieAt, before);

            // Only what a channel took and the process could not record may come twice, and then under the same id.
            var said = pipeline.Channels.Messages.GroupBy(message => message.Notification.Id).Select(group => group.First())
                .SelectMany(message => message.Notification.Changes.Select(change => $"{message.Channel} {change.Change} {change.Alert.Key.Rule} {RecordingChannels.Detail(change)}"));
            Assert.Equal(expected.Order(), said.Order());
            Assert.All(pipeline.Channels.Messages.GroupBy(message => message.Notification.Id), group =>
                Assert.Equal(group.Count(), group.Select(message => message.Notification.Attempt).Distinct().Count()));
        }
    }

    [Fact]
    public async Task Without_any_hint_everything_arrives_with_the_ticks()
    {
        await ApplyAsync();
        _pipeline.Notifications.LosesMessages = true;
        foreach (var value in new double?[] { 0.82, 0.5, 0.9 })
        {
            await _pipeline.TakeAsync("d1", value);
            _pipeline.Notifications.LosesMessages = false;
            await _pipeline.SweepAsync();
            _pipeline.Notifications.LosesMessages = true;
        }

        Assert.Equal(["chat Fired floor warning", "chat Escalated floor critical", "chat Resolved floor recovered"], Channels.Said);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    /// <summary>An alert fires, is worse, is over; another fires and its rule is removed. Returns how many commits and sendings that took.</summary>
    private static async Task<int> StoryAsync(PipelineFixture pipeline, int dieAt, bool before)
    {
        await pipeline.ApplyAsync(Yaml);
        var steps = 0;
        Action die = () =>
        {
            if (steps++ == dieAt)
                throw new InvalidOperationException("killed");
        };
        if (before)
            (pipeline.Tables.OnCommit, pipeline.Notifications.OnSend) = ((partition, _) => If(partition, die), _ => die());
        else
            (pipeline.Tables.OnCommitted, pipeline.Notifications.OnSent) = ((partition, _) => If(partition, die), _ => die());
        foreach (var value in new double?[] { 0.82, 0.5, 0.9 })
        {
            await pipeline.TakeAsync("d1", value);
            await pipeline.NotifyAsync();
            await pipeline.SweepAsync();
        }

        pipeline.Tables.OnCommit = pipeline.Tables.OnCommitted = (_, _) => { };
        (pipeline.Notifications.OnSend, pipeline.Notifications.OnSent) = (_ => { }, _ => { });
        await pipeline.TakeAsync("d1", 0.82);
        await pipeline.SweepAsync();
        return steps;

        // The scheduler's own tables are not the subject here.
        static void If(string partition, Action action)
        {
            if (partition.StartsWith("Series/", StringComparison.Ordinal) || partition.StartsWith("Destinations/", StringComparison.Ordinal) ||
                partition.StartsWith("Alerts/", StringComparison.Ordinal) || partition.StartsWith("History/", StringComparison.Ordinal))
            {
                action();
            }
        }
    }

    private const string Yaml =
        """
        rules:
          - { name: floor, metric: Accuracy, when: { below: { warning: 0.85, critical: 0.8 } }, notify: [chat] }
          - { name: no-actuals, metric: Accuracy, when: { missingFor: 2h }, notify: [chat] }
        channels: [{ name: chat, type: teams, url: "secret:chat" }]
        """;

    private readonly Dictionary<string, int> _hours = [];

    private Task ApplyAsync() => _pipeline.ApplyAsync(Yaml);

    private MetricBatch Batch(string deployment, double?[] values)
    {
        var first = _hours.GetValueOrDefault(deployment);
        _hours[deployment] = first + values.Length;
        var start = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero).AddHours(first);
        return new(deployment)
        {
            Deployment = _pipeline.DeploymentOf(deployment),
            Reading = first + 1,
            Instances = [new("all", [new("Accuracy", TimeSpan.FromHours(1), [.. values.Select((value, index) =>
                new MetricWindow(start.AddHours(index), start.AddHours(index + 1), value, 100))])])],
        };
    }
}
