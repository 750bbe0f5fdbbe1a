using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using MetricsAlerts.Collecting;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Sqlite.Queues;
using MetricsAlerts.Sqlite.Tables;
using MetricsAlerts.Storage;
using MetricsAlerts.Testing;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MetricsAlerts.Core.Tests.Collecting;

/// <summary>The stages Schedule and Collect as a host registers them, on a database file; the test sets the source and the time.</summary>
internal sealed class CollectingFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteDatabase _database;
    private CollectionOptions _options = new();
    private ServiceProvider? _services;

    public CollectingFixture()
    {
        var options = new SqliteOptions { File = _folder.File("pipeline.db"), Durability = Durability.Process };
        _database = new(Microsoft.Extensions.Options.Options.Create(options));
        Tables = new(new SqliteTableStore(_database));
        Queues = new(Queue("collect"), Queue("metric-windows"), Queue("notifications"));
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));

    public FakeSource Source { get; } = new();

    public FaultyTables Tables { get; }

    public PipelineQueues Queues { get; }

    public CountingHeartbeat Heartbeat { get; } = new();

    public RecordingSweep Sweep { get; } = new();

    /// <summary>The options; to set them is to start the process again with others.</summary>
    public CollectionOptions Options
    {
        get => _options;
        set
        {
            _services?.Dispose();
            (_services, _options) = (null, value);
        }
    }

    public TickReports Reports => Get<TickReports>();

    public CheckpointStore Checkpoints => Get<CheckpointStore>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task ApplyAsync(string yaml) => Get<RuleStore>().ApplyAsync(RuleFile.Parse(yaml, "rules.yaml"), Cancellation);

    /// <summary>A whole tick, the timer's part and every shard, with its report. A second passes.</summary>
    public async Task<CollectionReport> CollectAsync() => (await TickAsync()).Report;

    /// <summary>A whole tick with its state.</summary>
    public async Task<TickState> TickAsync()
    {
        await ScheduleAsync();
        await DrainShardsAsync();

        // No two ticks are at the same time: the second would be taken for a repetition of the first.
        Time.Advance(TimeSpan.FromSeconds(1));
        return (await Reports.LoadAsync(Cancellation))!;
    }

    /// <summary>The timer's part of a tick.</summary>
    public Task<DateTimeOffset> ScheduleAsync() => Get<CollectionScheduler>().RunAsync(Cancellation);

    /// <summary>Every shard that waits.</summary>
    public Task DrainShardsAsync() => DrainAsync(Queues.Collect, Get<CollectShardHandler>());

    /// <summary>The next shard that waits, left in the queue as if its worker had died when it was done.</summary>
    public async Task HandleShardAndDieAsync()
    {
        await using var session = await Queues.Collect.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        var message = Assert.Single(await session!.ReceiveAsync(1, Cancellation));
        await Get<CollectShardHandler>().HandleAsync(message, Cancellation);
        await session.AbandonAsync(message, Cancellation);
    }

    /// <summary>The next shard that waits; false when there is none.</summary>
    public async Task<bool> HandleShardAsync()
    {
        await using var session = await Queues.Collect.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        if (session is null)
            return false;
        var message = (await session.ReceiveAsync(1, Cancellation))[0];
        await Get<CollectShardHandler>().HandleAsync(message, Cancellation);
        await session.CompleteAsync(message, Cancellation);
        return true;
    }

    /// <summary>The messages to Evaluate, taken off the queue.</summary>
    public async Task<List<ReceivedMessage>> TakeMessagesAsync()
    {
        var taken = new Recorder();
        await DrainAsync(Queues.MetricWindows, taken);
        return [.. taken.Messages.OrderBy(message => message.SequenceNumber)];
    }

    /// <summary>The batches of deployments that wait for evaluation, taken off the queue.</summary>
    public async Task<List<MetricBatch>> TakeAsync() =>
        [.. (await TakeMessagesAsync()).Select(Read).Where(batch => batch.DeploymentId != PipelineDeployment.Id)];

    /// <summary>The pipeline's own metrics, by the end of their window, that wait for evaluation, taken off the queue.</summary>
    public async Task<ILookup<DateTimeOffset, IReadOnlyDictionary<string, double?>>> TakePipelineAsync()
    {
        var batches = (await TakeMessagesAsync()).Select(Read).Where(batch => batch.DeploymentId == PipelineDeployment.Id);
        return batches.Select(batch => batch.Instances.Single().Series).ToLookup(
            series => series[0].Windows.Single().End,
            series => (IReadOnlyDictionary<string, double?>)series.ToDictionary(one => one.Metric, one => one.Windows.Single().Value));
    }

    /// <summary>The rows of a deployment's checkpoint.</summary>
    public async Task<List<TableRow>> CheckpointRowsAsync(string partition) =>
        await Tables.GetTable(PipelineTables.Checkpoints).QueryAsync(partition, RowKeyRange.All, Cancellation).ToListAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    public static MetricBatch Read(ReceivedMessage message) =>
        JsonSerializer.Deserialize(message.Body.Span, MetricJson.Default.MetricBatch)!;

    public T Get<T>()
        where T : notnull =>
        (_services ??= Services()).GetRequiredService<T>();

    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton<IMeterFactory, Meters>();
        services.AddMetricsAlertsPipeline(new ConfigurationBuilder().Build());
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<ITableStore>(Tables);
        services.AddSingleton(Queues);
        services.AddSingleton<IMetricSource>(Source);
        services.AddSingleton<IHeartbeat>(Heartbeat);
        services.AddSingleton<Sweep>(Sweep);
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(Options));

        // Until nobody asks for these three.
        services.AddSingleton(new CollectionQueue(Queues.Collect));
        services.AddSingleton(new MetricWindowQueue(Queues.MetricWindows));
        services.AddSingleton(new MetricsAlerts.Evaluating.AlertQueue(Queues.Notifications));
        return services.BuildServiceProvider();
    }

    /// <summary>A worker renews its lock on a timer; here time stands still between two steps.</summary>
    private SqliteQueue Queue(string name) => new(_database, new(name) { LockDuration = TimeSpan.FromHours(1) }, Time);

    private Task<int> DrainAsync(IQueue queue, IMessageHandler handler) =>
        new QueueWorker(queue, handler, Time, NullLogger<QueueWorker>.Instance).DrainAsync(1, Cancellation);

    private sealed class Recorder : IMessageHandler
    {
        public ConcurrentQueue<ReceivedMessage> Messages { get; } = [];

        public Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
        {
            Messages.Enqueue(message);
            return Task.FromResult(Settlement.Complete);
        }
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }

    public sealed class CountingHeartbeat : IHeartbeat
    {
        public int Beats { get; private set; }

        public Task BeatAsync(CancellationToken cancellationToken)
        {
            Beats++;
            return Task.CompletedTask;
        }
    }

    public sealed class RecordingSweep : Sweep
    {
        public List<(DateTimeOffset Tick, string Known)> Runs { get; } = [];

        public override Task RunAsync(
            DateTimeOffset tick, IReadOnlyCollection<string> knownDeployments, CancellationToken cancellationToken)
        {
            Runs.Add((tick, string.Join(' ', knownDeployments.Order(StringComparer.Ordinal))));
            return Task.CompletedTask;
        }
    }

    /// <summary>Tables that fail where a test says so, and show what is committed.</summary>
    public sealed class FaultyTables(ITableStore inner) : ITableStore
    {
        private readonly Dictionary<string, ITable> _tables = [];

        /// <summary>Runs before every commit, with the table and the operations; an exception is the commit's.</summary>
        public Action<string, IReadOnlyList<TableOperation>> OnCommit { get; set; } = (_, _) => { };

        public ITable GetTable(string name)
        {
            if (!_tables.TryGetValue(name, out var table))
                _tables[name] = table = new FaultyTable(this, inner.GetTable(name));
            return table;
        }

        private sealed class FaultyTable(FaultyTables tables, ITable inner) : ITable
        {
            public string Name => inner.Name;

            public ValueTask<TableRow?> GetAsync(string partitionKey, string rowKey, CancellationToken cancellationToken) =>
                inner.GetAsync(partitionKey, rowKey, cancellationToken);

            public IAsyncEnumerable<TableRow> QueryAsync(string partitionKey, RowKeyRange range, CancellationToken cancellationToken) =>
                inner.QueryAsync(partitionKey, range, cancellationToken);

            public ValueTask<IReadOnlyList<string>> CommitAsync(
                string partitionKey, IReadOnlyList<TableOperation> operations, CancellationToken cancellationToken)
            {
                tables.OnCommit($"{Name}/{partitionKey}", operations);
                return inner.CommitAsync(partitionKey, operations, cancellationToken);
            }
        }
    }
}
