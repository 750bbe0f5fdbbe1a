using MetricsAlerts.Storage;
using Xunit;

namespace MetricsAlerts.Testing.Contracts;

/// <summary>What every <see cref="ITable"/> does. An adapter's tests derive from it.</summary>
public abstract class TableContract
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A store that no other test writes to.</summary>
    protected abstract ITableStore Store { get; }

    private ITable Table => Store.GetTable("Contract" + TestContext.Current.Test!.UniqueID[..12]);

    [Fact]
    public async Task A_row_that_was_never_written_is_null() => Assert.Null(await Table.GetAsync("p", "r", Cancellation));

    [Fact]
    public async Task Every_kind_of_property_comes_back_as_it_was()
    {
        var written = new Dictionary<string, object>
        {
            ["text"] = "Grüße, 世界\n\"'\\",
            ["number"] = long.MaxValue,
            ["fraction"] = 0.1 + 0.2,
            ["flag"] = true,
            ["time"] = new DateTimeOffset(2026, 1, 5, 1, 2, 3, TimeSpan.Zero),
            ["binary"] = new byte[] { 0, 1, 255 },
            ["long"] = new string('x', 30_000),
        };
        await Table.CommitAsync("p", [new TableOperation.Insert(new("r", written))], Cancellation);

        var read = await Table.GetAsync("p", "r", Cancellation);

        Assert.Equal(written.Keys.Order(), read!.Properties.Keys.Order());
        Assert.All(written, pair => Assert.Equal(pair.Value, read.Properties[pair.Key]));
    }

    [Theory]
    [InlineData("a/b\\c#d?e")]
    [InlineData("tab\tand\nline")]
    [InlineData("100%!")]
    [InlineData("Łódź 東京")]
    [InlineData("deployment|10.20.0.11")]
    public async Task Keys_can_hold_any_character(string key)
    {
        await Table.CommitAsync(key, [new TableOperation.Insert(new(key, Some(1)))], Cancellation);

        Assert.Equal(key, (await Table.GetAsync(key, key, Cancellation))?.RowKey);
        Assert.Equal([key], await KeysAsync(Table, key, RowKeyRange.All));
    }

    [Fact]
    public async Task A_range_gives_its_rows_in_order_and_no_others()
    {
        await Table.CommitAsync("p", [.. new[] { "b1", "a", "c", "b3", "b2" }.Select(key => new TableOperation.Insert(new(key, Some(1))))], Cancellation);
        await Table.CommitAsync("q", [new TableOperation.Insert(new("b9", Some(1)))], Cancellation);

        Assert.Equal(["b1", "b2", "b3"], await KeysAsync(Table, "p", RowKeyRange.Prefix("b")));
        Assert.Equal(["b2", "b3", "c"], await KeysAsync(Table, "p", new("b2", null)));
        Assert.Equal(["a", "b1"], await KeysAsync(Table, "p", new(null, "b2")));
        Assert.Equal(["a", "b1", "b2", "b3", "c"], await KeysAsync(Table, "p", RowKeyRange.All));
    }

    [Fact]
    public async Task A_long_partition_is_read_whole()
    {
        var keys = Enumerable.Range(0, 1100).Select(i => $"{i:0000}").ToList();
        foreach (var batch in keys.Chunk(100))
            await Table.CommitAsync("p", [.. batch.Select(key => new TableOperation.Insert(new(key, Some(1))))], Cancellation);

        Assert.Equal(keys, await KeysAsync(Table, "p", RowKeyRange.All));
    }

    [Fact]
    public async Task Insert_refuses_a_row_that_exists()
    {
        await Table.CommitAsync("p", [new TableOperation.Insert(new("r", Some(1)))], Cancellation);

        var conflict = await Assert.ThrowsAsync<TableConflictException>(async () => await Table.CommitAsync("p", [new TableOperation.Insert(new("r", Some(2)))], Cancellation));

        Assert.Equal("r", conflict.RowKey);
        Assert.Equal(1, (await Table.GetAsync("p", "r", Cancellation))!.Number("n"));
    }

    [Fact]
    public async Task Replace_needs_the_etag_of_the_last_write()
    {
        var first = (await Table.CommitAsync("p", [new TableOperation.Insert(new("r", Some(1)))], Cancellation))[0];
        var second = (await Table.CommitAsync("p", [new TableOperation.Replace(new("r", Some(2)) { ETag = first })], Cancellation))[0];

        await Assert.ThrowsAsync<TableConflictException>(async () => await Table.CommitAsync("p", [new TableOperation.Replace(new("r", Some(3)) { ETag = first })], Cancellation));

        var read = await Table.GetAsync("p", "r", Cancellation);
        Assert.Equal((2, second), (read!.Number("n"), read.ETag));
    }

    [Fact]
    public async Task Replace_forgets_properties_that_are_not_given()
    {
        var etag = (await Table.CommitAsync("p", [new TableOperation.Insert(new("r", new Dictionary<string, object> { ["old"] = 1L }))], Cancellation))[0];
        await Table.CommitAsync("p", [new TableOperation.Replace(new("r", Some(2)) { ETag = etag })], Cancellation);

        Assert.Equal(["n"], (await Table.GetAsync("p", "r", Cancellation))!.Properties.Keys);
    }

    [Fact]
    public async Task A_row_that_was_deleted_and_written_again_is_not_the_old_one()
    {
        var old = (await Table.CommitAsync("p", [new TableOperation.Insert(new("r", Some(1)))], Cancellation))[0];
        await Table.CommitAsync("p", [new TableOperation.Delete("r", old)], Cancellation);
        await Table.CommitAsync("p", [new TableOperation.Insert(new("r", Some(1)))], Cancellation);

        await Assert.ThrowsAsync<TableConflictException>(async () => await Table.CommitAsync("p", [new TableOperation.Delete("r", old)], Cancellation));
    }

    [Fact]
    public async Task Deleting_or_replacing_what_is_not_there_is_a_conflict()
    {
        await Table.CommitAsync("p", [new TableOperation.Insert(new("other", Some(1)))], Cancellation);

        await Assert.ThrowsAsync<TableConflictException>(async () => await Table.CommitAsync("p", [new TableOperation.Delete("r", "*")], Cancellation));
        await Assert.ThrowsAsync<TableConflictException>(async () => await Table.CommitAsync("p", [new TableOperation.Replace(new("r", Some(1)) { ETag = "*" })], Cancellation));
    }

    [Fact]
    public async Task Upsert_writes_whatever_was_there()
    {
        await Table.CommitAsync("p", [new TableOperation.Upsert(new("r", Some(1)))], Cancellation);
        await Table.CommitAsync("p", [new TableOperation.Upsert(new("r", Some(2)))], Cancellation);

        Assert.Equal(2, (await Table.GetAsync("p", "r", Cancellation))!.Number("n"));
    }

    [Fact]
    public async Task A_batch_is_applied_whole_or_not_at_all()
    {
        await Table.CommitAsync("p", [new TableOperation.Insert(new("b", Some(1)))], Cancellation);

        var conflict = await Assert.ThrowsAsync<TableConflictException>(async () => await Table.CommitAsync(
            "p", [new TableOperation.Insert(new("a", Some(1))), new TableOperation.Insert(new("b", Some(2))), new TableOperation.Insert(new("c", Some(1)))], Cancellation));

        Assert.Equal("b", conflict.RowKey);
        Assert.Equal(["b"], await KeysAsync(Table, "p", RowKeyRange.All));
    }

    [Fact]
    public async Task What_Table_Storage_would_refuse_is_refused_with_a_reason()
    {
        var tooMany = Enumerable.Range(0, 101).Select(i => new TableOperation.Insert(new($"{i}", Some(1)))).ToList();
        Assert.Contains("100", (await Assert.ThrowsAsync<ArgumentException>(async () => await Table.CommitAsync("p", tooMany, Cancellation))).Message, StringComparison.Ordinal);

        var tooLong = new Dictionary<string, object> { ["blob"] = new byte[65 * 1024] };
        Assert.Contains("blob", (await Assert.ThrowsAsync<ArgumentException>(async () => await Table.CommitAsync("p", [new TableOperation.Insert(new("r", tooLong))], Cancellation))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200_000)]
    [InlineData(2_000_000)]
    public async Task A_payload_of_any_length_comes_back_and_can_shrink(int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        await Table.CommitAsync("p", BinaryPayload.Save("key", payload, new Dictionary<string, object>(), []), Cancellation);
        var stored = await RowsAsync(Table, "p", BinaryPayload.Rows("key"));
        Assert.Equal(payload, BinaryPayload.Load(stored));

        await Table.CommitAsync("p", BinaryPayload.Save("key", payload.AsSpan(0, 5), new Dictionary<string, object>(), stored), Cancellation);
        Assert.Equal(payload[..5], BinaryPayload.Load(await RowsAsync(Table, "p", BinaryPayload.Rows("key"))));
    }

    private static Dictionary<string, object> Some(long number) => new() { ["n"] = number };

    private static async Task<List<string>> KeysAsync(ITable table, string partition, RowKeyRange range) =>
        [.. (await RowsAsync(table, partition, range)).Select(row => row.RowKey)];

    private static async Task<List<TableRow>> RowsAsync(ITable table, string partition, RowKeyRange range) =>
        await table.QueryAsync(partition, range, Cancellation).ToListAsync(Cancellation);
}
