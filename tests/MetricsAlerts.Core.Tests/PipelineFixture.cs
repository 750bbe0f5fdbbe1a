using System.Diagnostics.Metrics;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Collecting;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Sqlite.Queues;
using MetricsAlerts.Sqlite.Tables;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Testing;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MetricsAlerts.Core.Tests;

/// <summary>The pipeline's real parts on a database file, with a time that the test moves.</summary>
internal sealed class PipelineFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteDatabase _database;
    private QueueLags? _lags;

    public PipelineFixture()
    {
        _database = new(Options.Create(new SqliteOptions { File = _folder.File("pipeline.db"), Durability = Durability.Process }));
        Tables = new SqliteTableStore(_database);
        Rules = new(Tables, Time, NullLogger<RuleStore>.Instance);
        Collect = new SqliteQueue(_database, QueueDefinitions.Collect, Time);
        Reports = new(Tables);
        Windows = new SqliteQueue(_database, QueueDefinitions.MetricWindows, Time);
        Alerts = new SqliteQueue(_database, QueueDefinitions.Alerts, Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));

    public SqliteTableStore Tables { get; }

    public RuleStore Rules { get; }

    public TickReports Reports { get; }

    public SqliteQueue Collect { get; }

    public SqliteQueue Windows { get; }

    public SqliteQueue Alerts { get; }

    public CountingHeartbeat Heartbeat { get; } = new();

    private PipelineMetrics Metrics { get; } = new(new Meters());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task ApplyAsync(string yaml) => Rules.ApplyAsync(RuleFile.Parse(yaml, "rules.yaml"), Cancellation);

    public CollectionScheduler Collector(IMetricSource source, CollectionOptions? options = null) =>
        new(source, Tables, new(Collect), new(Windows), Reports, Completion(), Options.Create(options ?? new()), Time, Metrics, NullLogger<CollectionScheduler>.Instance);

    public CollectShardHandler Shards(IMetricSource source, CollectionOptions? options = null) =>
        new(source, Rules, Tables, new(Windows), Reports, Completion(), Lags, Options.Create(options ?? new()), Time, Metrics, NullLogger<CollectShardHandler>.Instance);

    /// <summary>A whole tick: the timer's part, then every shard.</summary>
    public async Task<TickState> CollectAsync(IMetricSource source, CollectionOptions? options = null)
    {
        await Collector(source, options).CollectAsync(Cancellation);
        await DrainAsync(Collect, Shards(source, options));

        // No two ticks are at the same time: the second would be taken for a repetition of the first.
        Time.Advance(TimeSpan.FromSeconds(1));
        return (await Reports.LoadAsync(Cancellation))!;
    }

    private TickCompletion Completion() => new(Reports, new(Windows), Health, Heartbeat, NullLogger<TickCompletion>.Instance);

    public EvaluateHandler Evaluation() =>
        new(Rules, Tables, new(Alerts), Options.Create(new EvaluationOptions()), Lags, Metrics, NullLogger<EvaluateHandler>.Instance);

    public AlertStore AlertStore => new(Tables);

    public SilenceStore Silences => new(Tables, Rules, Time, NullLogger<SilenceStore>.Instance);

    public DeadLetterQueues DeadLetters => new(new(Collect), new(Windows), new(Alerts), Time);

    public QueueLags Lags => _lags ??= new(Tables, Time, Metrics);

    public QueueHealth Health => new([("collect", Collect), ("evaluate", Windows), ("notify", Alerts)], Lags, Time, Metrics);

    public Housekeeper Housekeeper(HousekeepingOptions? options = null) =>
        new(AlertStore, Silences, Health, Tables, Options.Create(options ?? new()), Time, NullLogger<Housekeeper>.Instance);

    public NotifyHandler Delivery(IChannelFactory channels, NotifyOptions? options = null)
    {
        var notify = Options.Create(options ?? new());
        return new(Rules, Tables, AlertStore, Silences, new(Alerts), channels, new(notify, Time), notify, Time, Lags, Metrics, NullLogger<NotifyHandler>.Instance);
    }

    public Task<int> DrainAsync(IQueue queue, IMessageHandler handler) =>
        new QueueWorker(queue, handler, Time, NullLogger<QueueWorker>.Instance).DrainAsync(2, Cancellation);

    /// <summary>Drains now and at every later moment at which something becomes due.</summary>
    public async Task DrainAllAsync(SqliteQueue queue, IMessageHandler handler)
    {
        await DrainAsync(queue, handler);
        while (await queue.NextDueAsync(Cancellation) is { } due)
        {
            Time.Advance(due - Time.GetUtcNow() > TimeSpan.Zero ? due - Time.GetUtcNow() : TimeSpan.FromTicks(1));
            await DrainAsync(queue, handler);
        }
    }

    /// <summary>The batches that wait for evaluation, taken off the queue.</summary>
    public async Task<List<MetricBatch>> TakeBatchesAsync()
    {
        var taken = new Recorder();
        await DrainAsync(Windows, taken);
        return [.. taken.Messages.OrderBy(message => message.SequenceNumber).Select(message => JsonSerializer.Deserialize(message.Body.Span, MetricJson.Default.MetricBatch)!)];
    }

    /// <summary>The same without those of the pipeline's own metrics.</summary>
    public async Task<List<MetricBatch>> TakeDeploymentBatchesAsync() => [.. (await TakeBatchesAsync()).Where(batch => batch.Deployment.Id != PipelineDeployment.Id)];

    public async ValueTask DisposeAsync()
    {
        Rules.Dispose();
        Metrics.Dispose();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class Recorder : IMessageHandler
    {
        public System.Collections.Concurrent.ConcurrentBag<ReceivedMessage> Messages { get; } = [];

        public Task<Settlement> HandleAsync(ReceivedMessage message, CancellationToken cancellationToken)
        {
            Messages.Add(message);
            return Task.FromResult(Settlement.Complete);
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

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
