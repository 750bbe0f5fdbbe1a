using MetricsAlerts.Messaging;
using MetricsAlerts.Testing.Amqp;

namespace EndToEnd.Tests.Azure;

/// <summary>
/// What Azure would bill for a thousand windows, counted where it would be: at the broker and in Azurite's log. Ten metrics per instance,
/// in the steady state; the figures are those of docs/deploy.md.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class AzureOperationsTests(ITestOutputHelper output)
{
    private const int Deployments = 50;
    private const int Hosts = 4;
    private const int Metrics = 10;
    private const int Hours = 3;
    private const int Concurrency = 32;

    private static readonly DateTimeOffset Start = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_windows_cost_what_the_documentation_says()
    {
        await using var pipeline = await AzurePipeline.StartAsync(Deployments, Hosts, OperationsTests.Rules, "7.00:00:00", Cancellation);
        await TickAsync(pipeline, Start);
        pipeline.Broker.Operations.Clear();
        var requestsBefore = pipeline.Azurite.Requests;
        var windows = 0;
        for (var hour = 1; hour <= Hours; hour++)
            windows += await TickAsync(pipeline, Start.AddHours(hour));
        var requests = pipeline.Azurite.Requests - requestsBefore;

        var counts = pipeline.Broker.Operations;
        foreach (var operation in Enum.GetValues<BrokerOperation>())
            output.WriteLine($"{operation}: {Per(counts[operation]):0.0} per 1,000 windows");
        var billed = counts[BrokerOperation.Send] + counts.SessionsGiven
            + counts[BrokerOperation.Receive] + counts[BrokerOperation.Complete];
        output.WriteLine($"{(double)billed / counts.MessagesSent:0.00} operations per queue message");
        output.WriteLine(
            $"{windows} windows; per 1,000: {Per(counts.MessagesSent):0.0} queue messages, {Per(requests):0.0} table requests");
        Assert.InRange(windows, Hours * Deployments * (Hosts + 1) * Metrics, int.MaxValue);
        Assert.Equal(0, pipeline.Broker.CountMessages("collect") + pipeline.Broker.CountMessages("metric-windows"));
        Assert.InRange(counts[BrokerOperation.Complete], 1, counts.MessagesSent);

        // The cost table reckons with four operations to a message: to send, to receive, to complete, and the opening of its session.
        Assert.InRange(billed, counts.MessagesSent, 4 * counts.MessagesSent);
        DocumentedOperations.Compare(Per(counts.MessagesSent), Per(requests), (double)requests / (Hours * Deployments));

        double Per(int count) => count * 1000.0 / windows;
    }

    private static async Task<int> TickAsync(AzurePipeline pipeline, DateTimeOffset now)
    {
        pipeline.Clock.AdvanceTo(now);
        await pipeline.ScheduleAsync(Cancellation);
        await pipeline.DrainAsync(QueueDefinitions.Collect, 2, Cancellation);
        await pipeline.DrainAsync(QueueDefinitions.MetricWindows, Concurrency, Cancellation);
        var report = await pipeline.ReportAsync(Cancellation);
        Assert.Empty(report.Failures);
        return report.Windows;
    }
}
