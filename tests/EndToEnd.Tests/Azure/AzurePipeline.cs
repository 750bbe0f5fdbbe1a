using MetricsAlerts;
using MetricsAlerts.AzureTables;
using MetricsAlerts.Channels;
using MetricsAlerts.DataRobot;
using MetricsAlerts.Messaging;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.ServiceBus;
using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Testing;
using MetricsAlerts.Testing.Amqp;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests.Azure;

/// <summary>
/// The pipeline on what it runs on in Azure, but for Functions: Service Bus through the real client on the test broker, tables in Azurite,
/// and a simulated DataRobot.
/// </summary>
internal sealed class AzurePipeline : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    private readonly SimulatorHost _simulator;
    private readonly ServiceProvider _services;

    private AzurePipeline(SimulatorHost simulator, SimulatedClock clock, Azurite azurite, string lookBack)
    {
        _simulator = simulator;
        Clock = clock;
        Azurite = azurite;
        Broker = new(new() { Queues = QueueDefinitions.All, Time = clock });
        _services = Services(lookBack);
    }

    public SimulatedClock Clock { get; }

    public Azurite Azurite { get; }

    public TestBroker Broker { get; }

    public static async Task<AzurePipeline> StartAsync(
        int deployments, int hosts, string rules, string lookBack, CancellationToken cancellationToken)
    {
        // It begins at a round hour and goes on as fast as the real one, so that nobody waits for what never comes.
        var clock = new SimulatedClock(Start, speed: 1);
        var world = SyntheticWorld.Create(deployments, hosts, Start.AddDays(-20), TimeSpan.FromDays(40));
        var pipeline = new AzurePipeline(
            await SimulatorHost.StartAsync(world, clock, 0, cancellationToken), clock, await Azurite.StartAsync(), lookBack);
        await pipeline._services.GetRequiredService<RuleStore>().ApplyAsync(RuleFile.Parse(rules, "rules.yaml"), cancellationToken);
        return pipeline;
    }

    /// <summary>Begins a tick.</summary>
    public Task ScheduleAsync(CancellationToken cancellationToken) =>
        _services.GetRequiredService<CollectionScheduler>().RunAsync(cancellationToken);

    /// <summary>Works on a queue until it is to stop.</summary>
    public Task WorkAsync(QueueDefinition queue, int concurrency, CancellationToken stopping) =>
        Worker(queue).RunAsync(concurrency, stopping);

    /// <summary>Works on a queue until there is nothing to do.</summary>
    public Task DrainAsync(QueueDefinition queue, int concurrency, CancellationToken cancellationToken) =>
        Worker(queue).DrainAsync(concurrency, cancellationToken);

    /// <summary>The report of the last tick.</summary>
    public async Task<CollectionReport> ReportAsync(CancellationToken cancellationToken) =>
        (await _services.GetRequiredService<TickReports>().LoadAsync(cancellationToken))!.Report;

    /// <summary>What could not be processed, on all queues.</summary>
    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(CancellationToken cancellationToken)
    {
        var letters = new List<DeadLetter>();
        foreach (var (_, queue) in _services.GetRequiredService<PipelineQueues>().ByStage)
            letters.AddRange(await queue.PeekDeadLettersAsync(100, cancellationToken));
        return letters;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Broker.Dispose();
        await Azurite.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    private QueueWorker Worker(QueueDefinition definition) => new(
        _services.GetRequiredService<PipelineQueues>().ByStage.Select(stage => stage.Queue).Single(queue => queue.Definition == definition),
        _services.GetRequiredKeyedService<IMessageHandler>(definition.Name),
        Clock,
        _services.GetRequiredService<ILogger<QueueWorker>>());

    private ServiceProvider Services(string lookBack)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [ServiceBusConnection.Name] = Broker.ConnectionString,
            ["Tables:ConnectionString"] = Azurite.ConnectionString,
            ["DataRobot:Endpoint"] = _simulator.Endpoint.ToString(),
            ["DataRobot:ApiToken"] = "any",
            ["DataRobot:MaxRequestsPerSecond"] = "100000",
            ["DataRobot:MaxConcurrency"] = "32",
            ["Collection:LookBack"] = lookBack,
            ["Notify:GroupWait"] = "00:00:00",
            ["Channels:AllowLoopback"] = "true",
            ["Secrets:key"] = "whsec_" + Convert.ToBase64String(new byte[32]),
        }).Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddSingleton<TimeProvider>(Clock)
            .AddMetricsAlertsPipeline(configuration)
            .AddAzureTables(configuration)
            .AddServiceBus(configuration)
            .AddDataRobot(configuration)
            .AddChannels(configuration)
            .BuildServiceProvider();
    }
}
