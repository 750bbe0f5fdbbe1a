using System.Diagnostics.Metrics;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Sqlite.Queues;
using MetricsAlerts.Sqlite.Tables;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Testing;
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
        Windows = new SqliteQueue(_database, QueueDefinitions.MetricWindows, Time);
        Alerts = new SqliteQueue(_database, QueueDefinitions.Alerts, Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));

    public SqliteTableStore Tables { get; }

    public RuleStore Rules { get; }

    public SqliteQueue Collect { get; }

    public SqliteQueue Windows { get; }

    public SqliteQueue Alerts { get; }

    private PipelineMetrics Metrics { get; } = new(new Meters());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task ApplyAsync(string yaml) => Rules.ApplyAsync(RuleFile.Parse(yaml, "rules.yaml"), Cancellation);

    public EvaluateHandler Evaluation() =>
        new(Rules, Tables, new(Alerts), Options.Create(new EvaluationOptions()), Lags, Metrics, NullLogger<EvaluateHandler>.Instance);

    public AlertStore AlertStore => new(Tables);

    public SilenceStore Silences => new(Tables, AlertStore, new(Alerts), Time);

    public DeadLetterQueues DeadLetters => new(new(Collect), new(Windows), new(Alerts), Time);

    public QueueLags Lags => _lags ??= new(Tables, Time, Metrics);

    public QueueHealth Health => new(new(Collect), new(Windows), new(Alerts), Lags, Time, Metrics);

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

    public async ValueTask DisposeAsync()
    {
        Rules.Dispose();
        Metrics.Dispose();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
