using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MetricsAlerts.Messaging;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Sqlite.Tables;
using MetricsAlerts.Storage;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace MetricsAlerts.Core.Tests.Telemetry;

public sealed class ObservedHandlerTests : IAsyncDisposable
{
    private static readonly QueueDefinition Queue = new("observed");

    private readonly TemporaryFolder _folder = new();
    private readonly SteppedTime _time = new(new FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero)));
    private readonly PipelineMetrics _metrics = new(new Meters());
    private readonly SqliteDatabase _database;
    private readonly QueueLags _lags;

    public ObservedHandlerTests()
    {
        _database = new(Options.Create(new SqliteOptions { File = _folder.File("x.db"), Durability = Durability.Process }));
        _lags = new(new SqliteTableStore(_database), _time, _metrics);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_wait_of_a_message_is_noted_once_and_what_the_stage_returns_is_returned()
    {
        var waits = new ConcurrentQueue<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument == _metrics.QueueLag)
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, wait, _, _) => waits.Enqueue(wait));
        listener.Start();
        var dead = new Settlement.DeadLetter("UnreadableMessage", "It is not JSON.");

        var settlement = await Observed(_ => dead).HandleAsync(Message(TimeSpan.FromSeconds(7)), Cancellation);

        Assert.Same(dead, settlement);
        Assert.Equal([7], waits);
        Assert.Equal(TimeSpan.FromSeconds(7), Assert.Single(await LoadAsync()).Value);
    }

    [Fact]
    public async Task The_activity_goes_on_with_the_trace_of_who_sent_the_message()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        var activities = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PipelineMetrics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var message = Message(TimeSpan.Zero) with { TraceParent = $"00-{Trace}-b7ad6b7169203331-01" };
        string? inside = null;

        await Observed(_ =>
        {
            inside = Activity.Current?.OperationName;
            return Settlement.Complete;
        }).HandleAsync(message, Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Observed(_ => throw new InvalidOperationException("storage is down")).HandleAsync(message, Cancellation));

        Assert.Equal("stage", inside);
        Assert.Equal(
            [("stage", ActivityStatusCode.Unset), ("stage", ActivityStatusCode.Error)],
            activities.Where(activity => activity.TraceId.ToString() == Trace).Select(
                activity => (activity.OperationName, activity.Status)));
    }

    [Fact]
    public async Task A_message_is_handled_even_if_its_wait_cannot_be_noted()
    {
        var table = new Mock<ITable>();
        table.Setup(one => one.CommitAsync(It.IsAny<string>(), It.IsAny<IReadOnlyList<TableOperation>>(), It.IsAny<CancellationToken>()))
            .Throws(new IOException("The table is away."));
        var tables = new Mock<ITableStore>();
        tables.Setup(store => store.GetTable(It.IsAny<string>())).Returns(table.Object);

        var settlement = await Observed(_ => Settlement.Complete, new(tables.Object, _time, _metrics)).HandleAsync(
            Message(TimeSpan.Zero), Cancellation);

        Assert.Same(Settlement.Complete, settlement);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_does_not_keep_waits_from_being_noted()
    {
        _time.Ahead = TimeSpan.FromHours(3);
        await _lags.NoteAsync(Queue, Message(TimeSpan.FromSeconds(100)), Cancellation);
        _time.Ahead = TimeSpan.Zero;

        // What was noted in the future is not news for the next three hours.
        Assert.Empty(await LoadAsync());

        _time.Advance(TimeSpan.FromMinutes(1));
        var early = Message(TimeSpan.Zero) with { EnqueuedAt = _time.GetUtcNow() + TimeSpan.FromHours(3) };
        await _lags.NoteAsync(Queue, early, Cancellation);
        Assert.Equal(TimeSpan.Zero, Assert.Single(await LoadAsync()).Value);

        _time.Advance(TimeSpan.FromMinutes(1));
        await _lags.NoteAsync(Queue, Message(TimeSpan.FromSeconds(5)), Cancellation);
        Assert.Equal(TimeSpan.FromSeconds(5), Assert.Single(await LoadAsync()).Value);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _metrics.Dispose();
        _folder.Dispose();
    }

    private ObservedHandler Observed(Func<ReceivedMessage, Settlement> handle, QueueLags? lags = null)
    {
        var handler = new Mock<IMessageHandler>();
        handler.Setup(stage => stage.HandleAsync(It.IsAny<ReceivedMessage>(), It.IsAny<CancellationToken>()))
            .Returns((ReceivedMessage message, CancellationToken _) => Task.FromResult(handle(message)));
        return new("stage", Queue, handler.Object, lags ?? _lags, NullLogger<ObservedHandler>.Instance);
    }

    private ReceivedMessage Message(TimeSpan waited) => new("1", "s", "test/1", "{}"u8.ToArray(), 1, 1, _time.GetUtcNow() - waited);

    private Task<IReadOnlyDictionary<string, TimeSpan>> LoadAsync() =>
        _lags.LoadAsync(_time.GetUtcNow() - TimeSpan.FromMinutes(20), Cancellation);

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
