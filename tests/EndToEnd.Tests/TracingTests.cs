using System.Collections.Concurrent;
using System.Diagnostics;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EndToEnd.Tests;

public sealed class TracingTests
{
    private const string Scenario =
        """
        start: 2026-01-05T00:00:00Z
        duration: 6d
        deployments:
          - { label: credit-risk, hosts: [h1], rowsPerHour: 60, accuracy: 0.95, actualsDelay: 5m,
              troubles: [{ kind: decay, from: 4d, accuracy: 0.3 }] }
        """;

    [Fact]
    public async Task One_trace_follows_a_window_from_the_timer_over_all_queues_to_the_chat()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var activities = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PipelineMetrics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var folder = new TemporaryFolder();
        await using var chat = await ChatServer.StartAsync(cancellation);
        var clock = new SimulatedClock(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero));
        await using var simulator = await SimulatorHost.StartAsync(ScenarioReader.Parse(Scenario, "scenario.yaml"), clock, 0, cancellation);
        await using var services = new ServiceCollection()
            .AddLogging().AddSingleton<TimeProvider>(clock).AddEmbeddedPipeline(EmbeddedConfiguration.Build(new()
            {
                ["Sqlite:File"] = folder.File("trace.db"),
                ["DataRobot:Endpoint"] = simulator.Endpoint.ToString(),
                ["DataRobot:ApiToken"] = "any",
                ["Notify:GroupWait"] = "00:00:00",
                ["Channels:AllowLoopback"] = "true",
                ["Secrets:signing"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            })).BuildServiceProvider();
        await services.GetRequiredService<RuleStore>().ApplyAsync(
            RuleFile.Parse(
                $$"""
                rules: [{ name: floor, metric: Accuracy, when: { below: 0.7 }, notify: [hook] }]
                channels: [{ name: hook, type: webhook, url: "{{chat.Address}}hook", key: "secret:signing" }]
                """,
                "rules.yaml"),
            cancellation);

        await services.GetRequiredService<CollectionScheduler>().RunAsync(cancellation);
        var workers = services.GetRequiredService<PipelineWorkers>();
        await workers.Collect.DrainAsync(1, cancellation);
        await workers.Evaluate.DrainAsync(1, cancellation);
        while (await workers.Notify.DrainAsync(1, cancellation) > 0)
        {
        }

        Assert.Single(chat.Changes);

        // Other tests' pipelines are listened to as well; this one's trace is that in which a chat was notified.
        var traces = activities.GroupBy(activity => activity.TraceId).Select(
            trace => trace.Select(activity => activity.OperationName).ToList());
        string[] stages = ["schedule", "collect", "evaluate", "notify"];
        Assert.Contains(traces, names => stages.All(names.Contains));
    }
}
