using MetricsAlerts.Messaging;
using MetricsAlerts.Sqlite.Queues;
using MetricsAlerts.Testing;
using MetricsAlerts.Testing.Contracts;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Sqlite.Tests;

public sealed class SqliteQueueTests : QueueContract, IAsyncDisposable
{
    private static readonly QueueDefinition Definition = new("sqlite") { MaxDeliveryCount = 3 };

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteDatabase _database;

    public SqliteQueueTests() => _database = OpenDatabase();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Messages_survive_the_process()
    {
        await SendAsync(Open(Definition), "1");

        await using var reopened = OpenDatabase();
        await using var session = await new SqliteQueue(reopened, Definition, Time).AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);

        Assert.Equal(["1"], await ReceiveAsync(session));
    }

    [Fact]
    public async Task The_next_moment_with_work_is_known()
    {
        var queue = (SqliteQueue)Open(new("due"));
        Assert.Null(await queue.NextDueAsync(Cancellation));
        var at = Time.GetUtcNow() + TimeSpan.FromHours(2);
        await queue.SendAsync([new("1", "a", "test/1", "{}"u8.ToArray()) { EnqueueAt = at }], Cancellation);

        Assert.Equal(at, await queue.NextDueAsync(Cancellation));
    }

    // P29, R1
    [Fact]
    public async Task Waiting_never_throws_however_little_time_is_left()
    {
        var queue = new SqliteQueue(_database, Definition, TimeProvider.System);
        for (var ticks = 1; ticks < 40_000; ticks += 173)
            Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.FromTicks(ticks), Cancellation));
    }

    // The kill -9 remark of the security probe
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_process_that_is_gone_had_locked_goes_on_at_the_next_start(bool itsFileIsLeft)
    {
        await SendAsync(Open(Definition), "1");
        var gone = Guid.NewGuid().ToString("N");
        if (itsFileIsLeft)
            await File.WriteAllBytesAsync($"{_database.File}-owner-{gone}", [], Cancellation);
        var until = Time.GetUtcNow().AddMinutes(1).UtcTicks;
        await _database.WriteAsync(
            session => session.Run(
                "INSERT INTO locks(queue, session, token, owner, locked_until, held_until) "
                + "VALUES('sqlite', 's', 't', $gone, $until, $until)",
                ("$gone", gone), ("$until", until)),
            Cancellation);

        await using var started = OpenDatabase();
        await using var session = await new SqliteQueue(started, Definition, Time).AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);

        Assert.Equal(["1"], await ReceiveAsync(session));
        Assert.False(File.Exists($"{_database.File}-owner-{gone}"));
    }

    [Fact]
    public async Task Two_processes_that_live_share_a_file()
    {
        await using var other = OpenDatabase();
        var (ours, theirs) = (Open(Definition), new SqliteQueue(other, Definition, Time));
        await SendAsync(ours, "1");
        await using var session = await ours.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);

        for (var second = 0; second < 50; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Null(await theirs.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
        }

        Time.Advance(TimeSpan.FromSeconds(11));
        await using var taken = await theirs.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        Assert.Equal(["1"], await ReceiveAsync(taken));
    }

    [Fact]
    public async Task What_a_database_had_locked_is_free_when_it_is_closed()
    {
        var closed = OpenDatabase();
        var queue = new SqliteQueue(closed, Definition, Time);
        await SendAsync(queue, "1");
        var session = await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        Assert.Equal(["1"], await ReceiveAsync(session));
        await closed.DisposeAsync();
        await session!.DisposeAsync();

        await using var next = await Open(Definition).AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);

        Assert.Equal(["1"], await ReceiveAsync(next));
    }

    // The kill -9 remark of the security probe
    [Fact]
    public async Task A_message_that_was_taken_along_but_never_handed_out_is_not_counted()
    {
        var queue = Open(Definition);
        await SendAsync(queue, "1", "2", "3", "4");
        for (var crash = 0; crash < Definition.MaxDeliveryCount; crash++)
        {
            var crashed = await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
            Assert.Equal(crash + 1, Assert.Single(await crashed!.ReceiveAsync(1, Cancellation)).DeliveryCount);
            Time.Advance(Definition.LockDuration);
        }

        await using var session = await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        for (var number = 2; number <= 4; number++)
        {
            var message = Assert.Single(await session!.ReceiveAsync(1, Cancellation));
            Assert.Equal(($"{number}", 1), (message.MessageId, message.DeliveryCount));
            await session.CompleteAsync(message, Cancellation);
        }

        Assert.Equal("1", Assert.Single(await queue.PeekDeadLettersAsync(10, Cancellation)).Message.MessageId);
    }

    [Fact]
    public async Task More_messages_than_are_taken_at_once_come_in_order_and_counted_once()
    {
        var queue = Open(Definition);
        var ids = Enumerable.Range(0, 100).Select(number => $"{number}").ToArray();
        await SendAsync(queue, ids);
        var received = new List<ReceivedMessage>();
        await using (var session = await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation))
        {
            for (var most = 1; await session!.ReceiveAsync(most, Cancellation) is { Count: > 0 } messages; most = (most % 40) + 7)
            {
                received.AddRange(messages);
                foreach (var message in messages)
                    await session.CompleteAsync(message, Cancellation);
            }
        }

        Assert.Equal(ids, received.Select(message => message.MessageId));
        Assert.All(received, message => Assert.Equal(1, message.DeliveryCount));
        Assert.Null(await ((SqliteQueue)queue).NextDueAsync(Cancellation));
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(3)]
    public async Task A_clock_that_is_set_takes_no_session_from_who_has_it(int hours)
    {
        var time = new SteppedTime(Time) { Ahead = TimeSpan.FromHours(24) };
        var queue = new SqliteQueue(_database, Definition, time);
        await SendAsync(queue, "1");
        await using var session = await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        var message = Assert.Single(await session!.ReceiveAsync(1, Cancellation));

        time.Ahead += TimeSpan.FromHours(hours);

        time.Advance(TimeSpan.FromSeconds(50));
        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
        await session.RenewLockAsync(Cancellation);
        await session.CompleteAsync(message, Cancellation);
        Assert.Null(await queue.NextDueAsync(Cancellation));
    }

    [Fact]
    public async Task A_lock_of_another_process_that_was_taken_before_the_clock_was_set_back_does_not_last()
    {
        await using var other = OpenDatabase();
        var theirs = new SqliteQueue(other, Definition, new SteppedTime(Time) { Ahead = TimeSpan.FromHours(3) });
        await SendAsync(theirs, "1");
        Assert.NotNull(await theirs.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));

        await using var session = await Open(Definition).AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);

        Assert.NotNull(session);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_scheduled_message_waits_no_longer_than_it_was_to_when_the_clock_is_set_back(bool whileNobodyRuns)
    {
        var time = new SteppedTime(Time) { Ahead = TimeSpan.FromHours(3) };
        var queue = new SqliteQueue(_database, Definition, time);
        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
        await queue.SendAsync([Message("1") with { EnqueueAt = time.GetUtcNow().AddMinutes(5) }], Cancellation);

        time.Ahead = TimeSpan.Zero;
        queue = whileNobodyRuns ? new SqliteQueue(_database, Definition, time) : queue;
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
        time.Advance(TimeSpan.FromMinutes(5));

        await using var session = await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        Assert.Equal(["1"], await ReceiveAsync(session));
    }

    [Fact]
    public async Task A_message_id_is_remembered_no_longer_than_its_window_when_the_clock_is_set_back()
    {
        var time = new SteppedTime(Time) { Ahead = TimeSpan.FromHours(30) };
        var queue = new SqliteQueue(_database, Definition, time);
        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
        await SendAsync(queue, "1");
        await using (var first = await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation))
            await first!.CompleteAsync(Assert.Single(await first.ReceiveAsync(1, Cancellation)), Cancellation);

        time.Ahead = TimeSpan.Zero;
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
        await SendAsync(queue, "1");
        Assert.Null(await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation));
        time.Advance(Definition.DuplicateDetectionWindow + TimeSpan.FromSeconds(1));
        await SendAsync(queue, "1");

        await using var session = await queue.AcceptNextSessionAsync(TimeSpan.Zero, Cancellation);
        Assert.Equal(["1"], await ReceiveAsync(session));
    }

    protected override IQueue Open(QueueDefinition definition) => new SqliteQueue(_database, definition, Time);

    private SqliteDatabase OpenDatabase() => new(Options.Create(new SqliteOptions { File = _folder.File("queue.db") }));

    private static QueueMessage Message(string id) => new(id, "s", "test/1", "{}"u8.ToArray());

    private static Task SendAsync(IQueue queue, params string[] ids) => queue.SendAsync([.. ids.Select(Message)], Cancellation);

    private static async Task<IEnumerable<string>> ReceiveAsync(IQueueSession? session)
    {
        Assert.NotNull(session);
        return (await session.ReceiveAsync(10, Cancellation)).Select(message => message.MessageId);
    }
}
