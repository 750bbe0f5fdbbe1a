using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Collecting;
using MetricsAlerts.Core.Tests.Collecting;
using MetricsAlerts.Core.Tests.Notifying;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Notifying;
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

namespace MetricsAlerts.Core.Tests;

/// <summary>The pipeline as a host registers it, on a database file; the test sets the source, the channels and the time.</summary>
internal sealed class PipelineFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteDatabase _database;
    private readonly Dictionary<string, string?> _settings;
    private readonly List<ServiceProvider> _processes = [];
    private readonly Dictionary<string, int> _hours = [];
    /// <summary>Late actuals are looked for at every tick, unless a test wants it otherwise.</summary>
    private CollectionOptions _options = new() { LateActualsEvery = TimeSpan.Zero };

    private ServiceProvider? _services;

    /// <param name="settings">Such as <c>Notify:GroupWait</c>.</param>
    public PipelineFixture(params (string Key, string Value)[] settings)
    {
        _settings = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        var options = new SqliteOptions { File = _folder.File("pipeline.db"), Durability = Durability.Process };
        _database = new(Microsoft.Extensions.Options.Options.Create(options));
        Tables = new(new SqliteTableStore(_database));
        (Collect, Windows, Notifications) = (Queue("collect"), Queue("metric-windows"), Queue("notifications"));
        Queues = new(Collect, Windows, Notifications);
        Channels = new(Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));

    public DateTimeOffset Now => Time.GetUtcNow();

    public FakeSource Source { get; } = new();

    public RecordingChannels Channels { get; }

    public FaultyTables Tables { get; }

    public FaultyQueue Collect { get; }

    public FaultyQueue Windows { get; }

    public FaultyQueue Notifications { get; }

    public PipelineQueues Queues { get; }

    public CountingHeartbeat Heartbeat { get; } = new();

    /// <summary>Deployments whose windows a test sends itself, by id; one that is not here is called <c>label-</c> and its id.</summary>
    public Dictionary<string, Deployment> Deployments { get; } = [];

    /// <summary>The options; to set them is to start the process again with others.</summary>
    public CollectionOptions Options
    {
        get => _options;
        set
        {
            _options = value;
            Restart();
        }
    }

    public TickReports Reports => Get<TickReports>();

    public CheckpointStore Checkpoints => Get<CheckpointStore>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task ApplyAsync(string yaml)
    {
        await Get<RuleStore>().ApplyAsync(RuleFile.Parse(yaml, "rules.yaml"), Cancellation);
        foreach (var process in _processes.Where(process => process != _services))
            await process.GetRequiredService<RuleStore>().ApplyAsync(RuleFile.Parse(yaml, "rules.yaml"), Cancellation);
    }

    /// <summary>Nothing stays of the process but what tables and queues hold.</summary>
    public void Restart() => _services = null;

    /// <summary>Another process on the same tables and queues.</summary>
    public ServiceProvider AddProcess()
    {
        var services = new ServiceCollection();
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton<IMeterFactory, Meters>();
        services.AddMetricsAlertsPipeline(new ConfigurationBuilder().AddInMemoryCollection(_settings).Build());
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<ITableStore>(Tables);
        services.AddSingleton(Queues);
        services.AddSingleton<IMetricSource>(Source);
        services.AddSingleton<IChannelFactory>(Channels);
        services.AddSingleton<IHeartbeat>(Heartbeat);
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(Options));
        _processes.Add(services.BuildServiceProvider());
        return _processes[^1];
    }

    public T Get<T>()
        where T : notnull =>
        (_services ??= AddProcess()).GetRequiredService<T>();

    /// <summary>A whole tick of Schedule and Collect, with its report. A second passes.</summary>
    public async Task<CollectionReport> CollectAsync() => (await TickAsync()).Report;

    /// <summary>A whole tick of Schedule and Collect, with its state.</summary>
    public async Task<TickState> TickAsync()
    {
        await ScheduleAsync();
        await DrainShardsAsync();

        // No two ticks are at the same time: the second would be taken for a repetition of the first.
        Time.Advance(TimeSpan.FromSeconds(1));
        return (await Reports.LoadAsync(Cancellation))!;
    }

    /// <summary>The timer's part of a tick, the sweep included.</summary>
    public Task<DateTimeOffset> ScheduleAsync() => Get<CollectionScheduler>().RunAsync(Cancellation);

    /// <summary>Every shard that waits.</summary>
    public Task DrainShardsAsync() => DrainAsync(Collect, Handler(Collect));

    /// <summary>The next shard that waits, left in the queue as if its worker had died when it was done.</summary>
    public async Task HandleShardAndDieAsync()
    {
        await using var session = await Collect.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        var message = Assert.Single(await session!.ReceiveAsync(1, Cancellation));
        await Get<CollectShardHandler>().HandleAsync(message, Cancellation);
        await session.AbandonAsync(message, Cancellation);
    }

    /// <summary>The next shard that waits; false when there is none.</summary>
    public async Task<bool> HandleShardAsync()
    {
        await using var session = await Collect.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        if (session is null)
            return false;
        var message = (await session.ReceiveAsync(1, Cancellation))[0];
        await Get<CollectShardHandler>().HandleAsync(message, Cancellation);
        await session.CompleteAsync(message, Cancellation);
        return true;
    }

    /// <summary>A tick in which nothing is collected, and what follows from it: only the sweep looks again.</summary>
    public async Task SweepAsync()
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        await ScheduleAsync();
        await WorkAsync();
    }

    /// <summary>A whole tick, and what follows from it. A second passes.</summary>
    public async Task RunTickAsync()
    {
        await TickAsync();
        await WorkAsync();
    }

    /// <summary>The next hour of a deployment has this accuracy; it is evaluated.</summary>
    public Task TakeAsync(string deploymentId, double? accuracy) => TakeAsync(deploymentId, ("all", "Accuracy", accuracy));

    /// <summary>The next hour of a deployment has these values; it is evaluated.</summary>
    public async Task TakeAsync(string deploymentId, params (string Instance, string Metric, double? Value)[] values)
    {
        var start = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero).AddHours(_hours[deploymentId] = _hours.GetValueOrDefault(deploymentId) + 1);
        await TakeAsync(new MetricBatch(deploymentId)
        {
            Deployment = DeploymentOf(deploymentId),
            Reading = _hours[deploymentId],
            Instances = [.. values.GroupBy(value => value.Instance).Select(instance => new InstanceWindows(
                instance.Key,
                [.. instance.Select(value => new SeriesWindows(value.Metric, TimeSpan.FromHours(1), [new(start, start.AddHours(1), value.Value, 100)]))]))],
        });
    }

    /// <summary>A batch is evaluated.</summary>
    public async Task TakeAsync(MetricBatch batch)
    {
        await Windows.SendAsync([.. MetricBatchMessages.Of(batch)], Cancellation);
        await EvaluateAsync();
    }

    public Deployment DeploymentOf(string deploymentId) => Deployments.GetValueOrDefault(deploymentId) ?? new(deploymentId, $"label-{deploymentId}");

    /// <summary>Evaluates every batch that waits.</summary>
    public Task EvaluateAsync() => DrainAsync(Windows, Handler(Windows));

    /// <summary>Looks at every group whose wake is due now.</summary>
    public async Task NotifyAsync()
    {
        while (await DrainAsync(Notifications, Handler(Notifications)) > 0)
        {
        }
    }

    /// <summary>Evaluates and notifies all that is due now.</summary>
    public async Task WorkAsync()
    {
        await EvaluateAsync();
        await NotifyAsync();
    }

    /// <summary>Evaluates and notifies, now and at every later moment at which something becomes due; at most for thirty days.</summary>
    public Task NotifyAllAsync() => NotifyUntilAsync(Now.AddDays(30), isEnd: false);

    /// <summary>Evaluates and notifies until then.</summary>
    public Task NotifyUntilAsync(DateTimeOffset until) => NotifyUntilAsync(until, isEnd: true);

    private async Task NotifyUntilAsync(DateTimeOffset until, bool isEnd)
    {
        await WorkAsync();
        while (await Notifications.NextDueAsync(Cancellation) is { } due && due <= until)
        {
            Time.Advance(due > Now ? due - Now : TimeSpan.FromTicks(1));
            await WorkAsync();
        }

        if (isEnd && until > Now)
            Time.SetUtcNow(until);
    }

    /// <summary>The messages to Evaluate, taken off the queue; what the sweep asks to look at is left out.</summary>
    public async Task<List<ReceivedMessage>> TakeMessagesAsync() =>
        [.. (await TakeAllAsync()).Where(message => Read(message) is { DeploymentGone: true } or { Deployment: not null })];

    /// <summary>The deployments that the sweep asks to look at, taken off the queue with everything else.</summary>
    public async Task<List<string>> TakeLooksAsync() =>
        [.. (await TakeAllAsync()).Select(Read).Where(batch => batch is { DeploymentGone: false, Deployment: null }).Select(batch => batch.DeploymentId).Order(StringComparer.Ordinal)];

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

    /// <summary>The rows of a partition.</summary>
    public async Task<List<TableRow>> RowsAsync(string table, string partition) =>
        await Tables.GetTable(table).QueryAsync(partition, RowKeyRange.All, Cancellation).ToListAsync(Cancellation);

    /// <summary>The rows of a deployment's checkpoint.</summary>
    public Task<List<TableRow>> CheckpointRowsAsync(string partition) => RowsAsync(PipelineTables.Checkpoints, partition);

    /// <summary>Every alert that is known, as <c>floor/all open warning</c> or <c>floor/all closed ruleRemoved</c>.</summary>
    public async Task<List<string>> AlertsAsync(string deploymentId = "d1") =>
        [.. (await Get<AlertStore>().ListAsync(deploymentId, Cancellation).ToListAsync(Cancellation)).Select(Describe).Order(StringComparer.Ordinal)];

    /// <summary>Works off what is due in a queue, so many sessions at once. Returns how many messages that were.</summary>
    public Task<int> DrainAsync(IQueue queue, IMessageHandler handler, int concurrency = 1) =>
        new QueueWorker(queue, handler, Time, NullLogger<QueueWorker>.Instance).DrainAsync(concurrency, Cancellation);

    public static MetricBatch Read(ReceivedMessage message) =>
        JsonSerializer.Deserialize(message.Body.Span, MetricJson.Default.MetricBatch)!;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The stage of a queue, as a host runs it.</summary>
    private IMessageHandler Handler(FaultyQueue queue) =>
        (_services ??= AddProcess()).GetRequiredKeyedService<IMessageHandler>(queue.Definition.Name);

    private static string Describe(Alert alert) =>
        $"{alert.Key.Rule}/{alert.Key.Instance} {(alert.IsOpen ? "open" : "closed")} {RecordingChannels.Detail(new(alert, Change.None))}";

    private async Task<List<ReceivedMessage>> TakeAllAsync()
    {
        var taken = new Recorder();
        await DrainAsync(Windows, taken);
        return [.. taken.Messages.OrderBy(message => message.SequenceNumber)];
    }

    /// <summary>A worker renews its lock on a timer; here time stands still between two steps.</summary>
    private FaultyQueue Queue(string name) => new(new(_database, new(name) { LockDuration = TimeSpan.FromHours(1) }, Time));

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
}
