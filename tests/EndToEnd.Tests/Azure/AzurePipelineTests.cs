using MetricsAlerts.Messaging;

namespace EndToEnd.Tests.Azure;

/// <summary>A thousand alerts from collect to webhook, on Service Bus and Table Storage as far as they can be had here.</summary>
[Collection(nameof(AloneCollection))]
public sealed class AzurePipelineTests(ITestOutputHelper output)
{
    private const int Deployments = 200;
    private const int Hosts = 4;
    private const int Alerts = Deployments * (Hosts + 1);
    private const int Concurrency = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Locks_that_are_lost_and_a_broker_that_restarts_cost_no_alert()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await using var chat = await ChatServer.StartAsync(patience.Token);
        await using var pipeline = await AzurePipeline.StartAsync(Deployments, Hosts, Rules(chat), "03:00:00", patience.Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        var started = TimeProvider.System.GetTimestamp();

        await pipeline.ScheduleAsync(patience.Token);
        var work = QueueDefinitions.All.Select(queue => pipeline.WorkAsync(queue, Concurrency, stop.Token)).ToList();
        var lost = 0;
        await UntilHeardAsync(chat, 50, patience.Token);
        foreach (var heard in (int[])[100, 200, 300, 400])
        {
            lost += QueueDefinitions.All.Sum(queue => pipeline.Broker.ExpireLocks(queue.Name));
            await UntilHeardAsync(chat, heard, patience.Token);
        }

        pipeline.Broker.Stop();
        pipeline.Broker.Start();
        foreach (var heard in (int[])[600, 700, 800])
        {
            lost += QueueDefinitions.All.Sum(queue => pipeline.Broker.ExpireLocks(queue.Name));
            await UntilHeardAsync(chat, heard, patience.Token);
        }

        await UntilHeardAsync(chat, Alerts, patience.Token);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        await stop.CancelAsync();
        await Task.WhenAll(work);

        Assert.True(lost > 10, $"Only {lost} locks were lost.");
        Assert.Empty(await pipeline.DeadLettersAsync(patience.Token));
        ReceivedChange[] changes;
        lock (chat.Changes)
            changes = [.. chat.Changes];
        Assert.All(changes, change => Assert.Equal("Fired", change.Change));

        // At least once: whoever lost its lock while the chat took the message may have it sent again, as the same message.
        var repeated = changes.GroupBy(change => change.Said).Where(group => group.Count() > 1).ToList();
        Assert.All(repeated, group => Assert.Single(group.DistinctBy(change => change.MessageId)));
        Assert.All(repeated, group => Assert.Distinct(group.Select(change => change.Attempt)));
        output.WriteLine(
            $"{Alerts} alerts in {elapsed.TotalSeconds:0.0} s, {lost} locks lost, {repeated.Count} alerts heard more than once, " +
            $"{pipeline.Azurite.Requests} table requests");
    }

    private static string Rules(ChatServer chat) =>
        $$"""
        rules:
          - { name: traffic, metric: totalRequests, instances: each, when: { above: -1 }, notify: [chat] }
        channels:
          - { name: chat, type: webhook, url: "{{chat.Address}}chat", key: "secret:key" }
        """;

    private static async Task UntilHeardAsync(ChatServer chat, int alerts, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Heard(chat) < alerts)
            await timer.WaitForNextTickAsync(cancellationToken);
    }

    private static int Heard(ChatServer chat)
    {
        lock (chat.Changes)
            return chat.Changes.DistinctBy(change => (change.Deployment, change.Instance)).Count();
    }
}
