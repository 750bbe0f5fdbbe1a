using MetricsAlerts.Messaging;
using MetricsAlerts.Sqlite.Queues;
using MetricsAlerts.Testing;
using MetricsAlerts.Testing.Contracts;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Sqlite.Tests;

public sealed class SqliteQueueTests : QueueContract, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteDatabase _database;

    public SqliteQueueTests() => _database = new(Options.Create(new SqliteOptions { File = _folder.File("queue.db") }));

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Messages_survive_the_process()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var definition = new QueueDefinition("durable");
        await Open(definition).SendAsync([new("1", "a", "test/1", "{}"u8.ToArray())], cancellation);

        await using var reopened = new SqliteDatabase(Options.Create(new SqliteOptions { File = _folder.File("queue.db") }));
        await using var session = await new SqliteQueue(reopened, definition, Time).AcceptNextSessionAsync(TimeSpan.Zero, cancellation);

        Assert.Equal("1", Assert.Single(await session!.ReceiveAsync(10, cancellation)).MessageId);
    }

    [Fact]
    public async Task The_next_moment_with_work_is_known()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var queue = (SqliteQueue)Open(new("due"));
        Assert.Null(await queue.NextDueAsync(cancellation));
        var at = Time.GetUtcNow() + TimeSpan.FromHours(2);
        await queue.SendAsync([new("1", "a", "test/1", "{}"u8.ToArray()) { EnqueueAt = at }], cancellation);

        Assert.Equal(at, await queue.NextDueAsync(cancellation));
    }

    protected override IQueue Open(QueueDefinition definition) => new SqliteQueue(_database, definition, Time);
}
