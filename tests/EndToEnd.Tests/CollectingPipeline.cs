using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.World;
using MetricsAlerts.Testing;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EndToEnd.Tests;

/// <summary>The embedded pipeline's collecting part against a simulated DataRobot over real HTTP, on a clock that the test moves.</summary>
internal sealed class CollectingPipeline : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ServiceProvider _services;

    private CollectingPipeline(SimulatorHost simulator, SimulatedClock clock, IReadOnlyDictionary<string, string?> settings)
    {
        Simulator = simulator;
        Clock = clock;
        _services = Services(settings);
    }

    public SimulatorHost Simulator { get; }

    public SimulatedClock Clock { get; }

    public static async Task<CollectingPipeline> StartAsync(
        SimulatedWorld world,
        DateTimeOffset now,
        string rules,
        IReadOnlyDictionary<string, string?> settings,
        CancellationToken cancellationToken,
        StrictSwitches? strict = null)
    {
        var clock = new SimulatedClock(now);
        var options = new SimulatorOptions { Strict = strict ?? StrictSwitches.Default };
        var pipeline = new CollectingPipeline(await SimulatorHost.StartAsync(world, clock, options, cancellationToken), clock, settings);
        await pipeline._services.GetRequiredService<RuleStore>().ApplyAsync(RuleFile.Parse(rules, "rules.yaml"), cancellationToken);
        return pipeline;
    }

    /// <summary>Ends the process and starts it again on the same data with other settings.</summary>
    public async Task RestartAsync(IReadOnlyDictionary<string, string?> settings)
    {
        await _services.DisposeAsync();
        _services = Services(settings);
    }

    /// <summary>A whole tick. Returns its report.</summary>
    public async Task<CollectionReport> CollectAsync(CancellationToken cancellationToken)
    {
        await _services.GetRequiredService<CollectionScheduler>().RunAsync(cancellationToken);
        await _services.GetRequiredService<PipelineWorkers>().Collect.DrainAsync(concurrency: 2, cancellationToken);
        return (await _services.GetRequiredService<TickReports>().LoadAsync(cancellationToken))!.Report;
    }

    /// <summary>Evaluates what was published.</summary>
    public Task EvaluateAsync(CancellationToken cancellationToken) =>
        _services.GetRequiredService<PipelineWorkers>().Evaluate.DrainAsync(concurrency: 2, cancellationToken);

    /// <summary>Every alert that ever was, open or closed.</summary>
    public async Task<IReadOnlyList<Alert>> AlertsAsync(CancellationToken cancellationToken) =>
        await _services.GetRequiredService<AlertStore>().ListAsync(cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Takes what was published off the queue.</summary>
    public async Task TakeAsync(Action<MetricBatch> take, CancellationToken cancellationToken)
    {
        var worker = new QueueWorker(
            _services.GetRequiredService<PipelineQueues>().MetricWindows, new Taker(take), Clock, NullLogger<QueueWorker>.Instance);
        await worker.DrainAsync(concurrency: 2, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Simulator.DisposeAsync();
        _folder.Dispose();
    }

    private ServiceProvider Services(IReadOnlyDictionary<string, string?> settings)
    {
        var all = new Dictionary<string, string?>(settings)
        {
            ["Sqlite:File"] = _folder.File("pipeline.db"),
            ["Sqlite:Durability"] = "Process",
            ["DataRobot:Endpoint"] = Simulator.Endpoint.ToString(),
            ["DataRobot:ApiToken"] = "any",
            ["DataRobot:MaxRequestsPerSecond"] = "100000",
            ["DataRobot:FirstRetry"] = "00:00:00.002",
        };
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(Clock);
        return services.AddEmbeddedPipeline(EmbeddedConfiguration.Build(all)).BuildServiceProvider();
    }

    private sealed class Taker(Action<MetricBatch> take) : IMessageHandler
    {
        private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
        {
            Converters = { new MetricsAlerts.Formats.DurationConverter(), new MetricsAlerts.Formats.TimestampConverter() },
        };

        public Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
        {
            var batch = JsonSerializer.Deserialize<MetricBatch>(message.Body.Span, Json)!;
            if (batch.DeploymentId != PipelineDeployment.Id)
            {
                lock (take)
                    take(batch);
            }

            return Task.FromResult(Settlement.Complete);
        }
    }
}
