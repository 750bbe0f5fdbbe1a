using System.Runtime.CompilerServices;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Messaging;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Simulator;
using MetricsAlerts.Simulator.Scenarios;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Sqlite.Queues;
using MetricsAlerts.Sqlite.Tables;
using MetricsAlerts.Storage;
using MetricsAlerts.Testing;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EndToEnd.Tests;

/// <summary>
/// Counts what Azure would bill: queue messages and table requests per thousand windows, ten metrics per instance, in the steady
/// state.
/// </summary>
public sealed class OperationsTests(ITestOutputHelper output)
{
    private const int Deployments = 100;
    private const int Hosts = 4;

    internal const string Rules =
        """
        rules:
          - { name: m0, metric: responseTime, instances: each, when: { above: 5000 } }
          - { name: m1, metric: executionTime, instances: each, when: { above: 5000 } }
          - { name: m2, metric: responseTime.p90, instances: each, when: { above: 5000 } }
          - { name: m3, metric: responseTime.p99, instances: each, when: { above: 5000 } }
          - { name: m4, metric: serverErrorRate, instances: each, when: { above: 0.1 } }
          - { name: m5, metric: userErrorRate, instances: each, when: { above: 0.1 } }
          - { name: m6, metric: totalRequests, instances: each, when: { above: 1000000 } }
          - { name: m7, metric: rowCount, instances: each, when: { above: 1000000 } }
          - { name: m8, metric: Accuracy, instances: each, when: { below: 0.1 } }
          - { name: m9, metric: LogLoss, instances: each, when: { above: 5 } }
        """;

    private static readonly DateTimeOffset Start = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_windows_cost_at_most_what_the_budget_says()
    {
        using var folder = new TemporaryFolder();
        var clock = new SimulatedClock(Start);
        await using var simulator = await SimulatorHost.StartAsync(
            SyntheticWorld.Create(Deployments, Hosts, Start.AddDays(-20), TimeSpan.FromDays(40)), clock, 0, Cancellation);
        var tables = new CountingTables();
        await using var services = Services(folder, simulator, clock, tables);
        await services.GetRequiredService<RuleStore>().ApplyAsync(RuleFile.Parse(Rules, "rules.yaml"), Cancellation);
        await TickAsync(services, clock, Start);
        var messagesBefore = Sent(services);
        var requestsBefore = tables.Requests;
        var windows = 0;
        for (var hour = 1; hour <= 3; hour++)
            windows += (await TickAsync(services, clock, Start.AddHours(hour))).Windows;

        var messages = (Sent(services) - messagesBefore) * 1000.0 / windows;
        var requests = (tables.Requests - requestsBefore) * 1000.0 / windows;
        output.WriteLine($"{windows} windows; per 1,000: {messages:0.0} queue messages, {requests:0.0} table requests");
        Assert.InRange(windows, 3 * Deployments * (Hosts + 1) * 10, int.MaxValue);
        DocumentedOperations.Compare(messages, requests, (tables.Requests - requestsBefore) / (3.0 * Deployments));
    }

    private static async Task<CollectionReport> TickAsync(IServiceProvider services, SimulatedClock clock, DateTimeOffset now)
    {
        clock.AdvanceTo(now);
        var workers = services.GetRequiredService<PipelineWorkers>();
        await services.GetRequiredService<CollectionScheduler>().RunAsync(Cancellation);
        await workers.Collect.DrainAsync(2, Cancellation);
        await workers.Evaluate.DrainAsync(2, Cancellation);
        var report = (await services.GetRequiredService<TickReports>().LoadAsync(Cancellation))!.Report;
        Assert.Empty(report.Failures);
        return report;
    }

    private static int Sent(IServiceProvider services) =>
        services.GetRequiredService<PipelineQueues>().ByStage.Sum(stage => ((CountingQueue)stage.Queue).Sent);

    private static ServiceProvider Services(TemporaryFolder folder, SimulatorHost simulator, SimulatedClock clock, CountingTables tables)
    {
        var services = new ServiceCollection()
            .AddLogging().AddSingleton<TimeProvider>(clock).AddEmbeddedPipeline(EmbeddedConfiguration.Build(new()
            {
                ["Sqlite:File"] = folder.File("pipeline.db"),
                ["Sqlite:Durability"] = "Process",
                ["DataRobot:Endpoint"] = simulator.Endpoint.ToString(),
                ["DataRobot:ApiToken"] = "any",
                ["DataRobot:MaxRequestsPerSecond"] = "100000",
            }));
        services.Replace(
            ServiceDescriptor.Singleton<ITableStore>(
                provider => tables.Over(new SqliteTableStore(provider.GetRequiredService<SqliteDatabase>()))));
        services.Replace(ServiceDescriptor.Singleton(provider => new PipelineQueues(
            Count(provider, QueueDefinitions.Collect),
            Count(provider, QueueDefinitions.MetricWindows),
            Count(provider, QueueDefinitions.Notifications))));
        return services.BuildServiceProvider();
    }

    private static CountingQueue Count(IServiceProvider provider, QueueDefinition definition) =>
        new(new SqliteQueue(provider.GetRequiredService<SqliteDatabase>(), definition, provider.GetRequiredService<TimeProvider>()));

    private sealed class CountingQueue(IQueue inner) : IQueue
    {
        private int _sent;

        public int Sent => _sent;

        public QueueDefinition Definition => inner.Definition;

        public Task SendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
        {
            Interlocked.Add(ref _sent, messages.Count);
            return inner.SendAsync(messages, cancellationToken);
        }

        public Task<IQueueSession?> AcceptNextSessionAsync(TimeSpan maxWait, CancellationToken cancellationToken) =>
            inner.AcceptNextSessionAsync(maxWait, cancellationToken);

        public Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(int maxMessages, CancellationToken cancellationToken) =>
            inner.PeekDeadLettersAsync(maxMessages, cancellationToken);

        public Task<DeadLetter?> FindDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
            inner.FindDeadLetterAsync(sequenceNumber, cancellationToken);

        public Task<DeadLetter?> RemoveDeadLetterAsync(long sequenceNumber, CancellationToken cancellationToken) =>
            inner.RemoveDeadLetterAsync(sequenceNumber, cancellationToken);
    }

    /// <summary>A get is a request, a commit is one, a query one for each thousand rows: as Table Storage bills them.</summary>
    private sealed class CountingTables
    {
        private int _requests;

        public int Requests => _requests;

        public ITableStore Over(ITableStore inner) => new Store(this, inner);

        private sealed class Store(CountingTables counter, ITableStore inner) : ITableStore
        {
            public ITable GetTable(string name) => new Table(counter, inner.GetTable(name));
        }

        private sealed class Table(CountingTables counter, ITable inner) : ITable
        {
            private const int RowsPerRequest = 1000;

            public string Name => inner.Name;

            public ValueTask<TableRow?> GetAsync(string partitionKey, string rowKey, CancellationToken cancellationToken)
            {
                Interlocked.Increment(ref counter._requests);
                return inner.GetAsync(partitionKey, rowKey, cancellationToken);
            }

            public async IAsyncEnumerable<TableRow> QueryAsync(
                string partitionKey, RowKeyRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
            {
                var rows = 0;
                Interlocked.Increment(ref counter._requests);
                await foreach (var row in inner.QueryAsync(partitionKey, range, cancellationToken))
                {
                    if (++rows % RowsPerRequest == 0)
                        Interlocked.Increment(ref counter._requests);
                    yield return row;
                }
            }

            public ValueTask<IReadOnlyList<string>> CommitAsync(
                string partitionKey, IReadOnlyList<TableOperation> operations, CancellationToken cancellationToken)
            {
                Interlocked.Increment(ref counter._requests);
                return inner.CommitAsync(partitionKey, operations, cancellationToken);
            }
        }
    }
}
