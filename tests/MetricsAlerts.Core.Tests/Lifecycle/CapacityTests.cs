using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Sqlite.Tables;
using MetricsAlerts.Storage;
using MetricsAlerts.Testing;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Core.Tests.Lifecycle;

/// <summary>No partition takes what all deployments write, or is read by all of them, beyond what Table Storage bears.</summary>
public sealed class CapacityTests
{
    private static readonly DateTimeOffset Tick = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // issue 13: 800 shards are 20,000 deployments.
    [Theory]
    [InlineData(7, 10)]
    [InlineData(95, 40)]
    [InlineData(800, 30)]
    public async Task The_last_shard_is_found_by_reading_few_rows(int shards, int mostRowsForEach)
    {
        using var folder = new TemporaryFolder();
        await using var database = new SqliteDatabase(
            Options.Create(new SqliteOptions { File = folder.File("ticks.db"), Durability = Durability.Process }));
        var tables = new ReadCountingTables(new SqliteTableStore(database));
        var reports = new TickReports(tables);
        var deployments = Enumerable.Range(0, shards * 2).Select(number => new Deployment($"d{number}", "label")).ToList();
        var dealt = ShardDeal.Of(Tick, new(deployments, [], []), new Dictionary<string, DateTimeOffset>(), 2).ToArray();
        new Random(1).Shuffle(dealt);
        await reports.BeginAsync(new() { At = Tick }, dealt.Length, Cancellation);
        tables.Rows = 0;

        var complete = new List<int>();
        foreach (var (index, shard) in dealt.Index())
        {
            await reports.RecordAsync(shard, new() { At = Tick, Deployments = shard.Deployments.Count }, Tick, Cancellation);
            if (await reports.FindCompleteAsync(shard, Cancellation) is { } tick)
            {
                complete.Add(index);
                Assert.Equal(deployments.Count, tick.Report.Deployments);
            }
        }

        Assert.Equal([dealt.Length - 1], complete);
        Assert.InRange(tables.Rows, dealt.Length, dealt.Length * mostRowsForEach);
    }

    // issue 13
    [Fact]
    public async Task A_storm_writes_to_many_partitions_and_its_history_is_in_order()
    {
        await using var pipeline = new PipelineFixture();
        var writes = new ConcurrentDictionary<string, int>();
        await pipeline.ApplyAsync(
            """
            rules: [{ name: floor, metric: Accuracy, when: { below: 0.8 }, notify: [chat] }]
            channels: [{ name: chat, type: console }]
            """);
        pipeline.Tables.OnCommit = (place, operations) => writes.AddOrUpdate(place, operations.Count, (_, sum) => sum + operations.Count);

        for (var deployment = 0; deployment < 64; deployment++)
            await pipeline.TakeAsync($"d{deployment}", 0.7);
        await pipeline.NotifyAllAsync();

        foreach (var name in (string[])["History/2026", "Destinations/pending", "Destinations/groups"])
        {
            var partitions = writes.Where(place => place.Key.StartsWith(name, StringComparison.Ordinal)).ToList();
            Assert.InRange(partitions.Count, 10, 16);
            Assert.All(partitions, partition => Assert.InRange(partition.Value, 1, partitions.Sum(one => one.Value) / 5));
        }

        var history = await pipeline.Get<HistoryStore>()
            .ListAsync(DateOnly.FromDateTime(pipeline.Now.UtcDateTime), Cancellation).ToListAsync(Cancellation);
        Assert.Equal(128, history.Count);
        Assert.Equal(history.Select(entry => entry.At).Order(), history.Select(entry => entry.At));
    }

    private sealed class ReadCountingTables(ITableStore inner) : ITableStore
    {
        public int Rows { get; set; }

        public ITable GetTable(string name) => new Table(this, inner.GetTable(name));

        private sealed class Table(ReadCountingTables counter, ITable inner) : ITable
        {
            public string Name => inner.Name;

            public ValueTask<TableRow?> GetAsync(string partitionKey, string rowKey, CancellationToken cancellationToken)
            {
                counter.Rows++;
                return inner.GetAsync(partitionKey, rowKey, cancellationToken);
            }

            public async IAsyncEnumerable<TableRow> QueryAsync(
                string partitionKey, RowKeyRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
            {
                await foreach (var row in inner.QueryAsync(partitionKey, range, cancellationToken))
                {
                    counter.Rows++;
                    yield return row;
                }
            }

            public ValueTask<IReadOnlyList<string>> CommitAsync(
                string partitionKey, IReadOnlyList<TableOperation> operations, CancellationToken cancellationToken) =>
                inner.CommitAsync(partitionKey, operations, cancellationToken);
        }
    }
}
