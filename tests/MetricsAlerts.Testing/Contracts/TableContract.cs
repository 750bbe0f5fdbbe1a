using MetricsAlerts.Formats;
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
    [InlineData("it's \"quoted\"")]
    [InlineData("\U0001F680 launch \uFFFF")]
    [InlineData("..")]
    [InlineData(" ")]
    public async Task Keys_can_hold_any_character(string key)
    {
        await Table.CommitAsync(key, [new TableOperation.Insert(new(key, Some(1)))], Cancellation);

        Assert.Equal(key, (await Table.GetAsync(key, key, Cancellation))?.RowKey);
        Assert.Equal([key], await KeysAsync(Table, key, RowKeyRange.All));
    }

    [Fact]
    public async Task A_range_gives_its_rows_in_order_and_no_others()
    {
        await Table.CommitAsync(
            "p", [.. new[] { "b1", "a", "c", "b3", "b2" }.Select(key => new TableOperation.Insert(new(key, Some(1))))], Cancellation);
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

        var conflict = await Assert.ThrowsAsync<TableConflictException>(
            async () => await Table.CommitAsync("p", [new TableOperation.Insert(new("r", Some(2)))], Cancellation));

        Assert.Equal("r", conflict.RowKey);
        Assert.Equal(1, (await Table.GetAsync("p", "r", Cancellation))!.Number("n"));
    }

    [Fact]
    public async Task Replace_needs_the_etag_of_the_last_write()
    {
        var first = (await Table.CommitAsync("p", [new TableOperation.Insert(new("r", Some(1)))], Cancellation))[0];
        var second = (await Table.CommitAsync("p", [new TableOperation.Replace(new("r", Some(2)) { ETag = first })], Cancellation))[0];

        await Assert.ThrowsAsync<TableConflictException>(
            async () => await Table.CommitAsync("p", [new TableOperation.Replace(new("r", Some(3)) { ETag = first })], Cancellation));

        var read = await Table.GetAsync("p", "r", Cancellation);
        Assert.Equal((2, second), (read!.Number("n"), read.ETag));
    }

    [Fact]
    public async Task Replace_forgets_properties_that_are_not_given()
    {
        var etag = (await Table.CommitAsync("p", [Insert("r", new() { ["old"] = 1L })], Cancellation))[0];
        await Table.CommitAsync("p", [new TableOperation.Replace(new("r", Some(2)) { ETag = etag })], Cancellation);

        Assert.Equal(["n"], (await Table.GetAsync("p", "r", Cancellation))!.Properties.Keys);
    }

    [Fact]
    public async Task A_row_that_was_deleted_and_written_again_is_not_the_old_one()
    {
        var old = (await Table.CommitAsync("p", [new TableOperation.Insert(new("r", Some(1)))], Cancellation))[0];
        await Table.CommitAsync("p", [new TableOperation.Delete("r", old)], Cancellation);
        await Table.CommitAsync("p", [new TableOperation.Insert(new("r", Some(1)))], Cancellation);

        await Assert.ThrowsAsync<TableConflictException>(
            async () => await Table.CommitAsync("p", [new TableOperation.Delete("r", old)], Cancellation));
    }

    [Fact]
    public async Task Deleting_or_replacing_what_is_not_there_is_a_conflict()
    {
        await Table.CommitAsync("p", [new TableOperation.Insert(new("other", Some(1)))], Cancellation);

        await Assert.ThrowsAsync<TableConflictException>(
            async () => await Table.CommitAsync("p", [new TableOperation.Delete("r", "*")], Cancellation));
        await Assert.ThrowsAsync<TableConflictException>(
            async () => await Table.CommitAsync("p", [new TableOperation.Replace(new("r", Some(1)) { ETag = "*" })], Cancellation));
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
            "p", [Insert("a", Some(1)), Insert("b", Some(2)), Insert("c", Some(1))], Cancellation));

        Assert.Equal("b", conflict.RowKey);
        Assert.Equal(["b"], await KeysAsync(Table, "p", RowKeyRange.All));
    }

    [Fact]
    public async Task Rows_of_any_keys_can_be_replaced_and_removed()
    {
        var failed = new List<string>();
        string[] more = ["世", "\U0001F600", "\uFFFE", "%41", "it''s", "($1)", "+ +", "a',b", "a')b", "{'x', (http)}"];
        foreach (var key in Enumerable.Range(0, 0x100).Select(code => $"a{(char)code}").Concat(more))
        {
            try
            {
                var etags = await Table.CommitAsync(key, [Insert(key, Some(1)), Insert($"{key}b", Some(1))], Cancellation);
                var replaced = new TableRow(key, Some(2)) { ETag = etags[0] };
                etags = await Table.CommitAsync(
                    key, [new TableOperation.Replace(replaced), new TableOperation.Upsert(new($"{key}b", Some(2)))], Cancellation);
                Assert.Equal(2, (await Table.GetAsync(key, key, Cancellation))?.Number("n"));
                await Table.CommitAsync(
                    key, [new TableOperation.Delete(key, etags[0]), new TableOperation.Delete($"{key}b", "*")], Cancellation);
                Assert.Empty(await KeysAsync(Table, key, RowKeyRange.All));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                failed.Add($"{key} (U+{(int)key[^1]:X4}): {exception.Message.ReplaceLineEndings(" ")}");
            }
        }

        Assert.Empty(failed);
    }

    // K21
    [Fact]
    public async Task Ranges_keep_the_ordinal_order_of_keys_of_any_characters()
    {
        int[] more = [0x2028, 0x4E16, 0xD7FA, 0xD7FB, 0xD7FC, 0xD7FF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF];
        var prefixes = Enumerable.Range(0, 0x100).Concat(more).Select(code => $"a{(char)code}").Append("a\U0001F600").ToList();
        var keys = prefixes.Concat(prefixes.Select(prefix => $"{prefix}b")).Append("a").Order(StringComparer.Ordinal).ToList();
        foreach (var batch in keys.AsEnumerable().Reverse().Chunk(100))
            await Table.CommitAsync("p", [.. batch.Select(key => new TableOperation.Insert(new(key, Some(1))))], Cancellation);

        Assert.Equal(keys, await KeysAsync(Table, "p", RowKeyRange.All));
        foreach (var prefix in prefixes)
        {
            var expected = keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal));
            Assert.Equal(expected, await KeysAsync(Table, "p", RowKeyRange.Prefix(prefix)));
        }

        foreach (var (from, to) in keys.Where((_, index) => index % 7 == 0).Zip(keys.Where((_, index) => index % 5 == 3)))
        {
            var range = new RowKeyRange(from, to);
            Assert.Equal(keys.Where(range.Contains), await KeysAsync(Table, "p", range));
        }
    }

    [Fact]
    public async Task Ranges_keep_the_order_of_keys_that_mix_special_characters()
    {
        const string Characters = "\u0000\u0001\u001f !\"#$%&'()*+,-./01:;<=>?@AZ[\\]^_`az{|}~\u007f\u0080\u009f\u00a0";
        var random = new Random(20260105);
        var keys = Enumerable.Range(0, 300)
            .Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Characters[random.Next(Characters.Length)])]))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var batch in keys.AsEnumerable().Reverse().Chunk(100))
            await Table.CommitAsync("p", [.. batch.Select(key => new TableOperation.Insert(new(key, Some(1))))], Cancellation);

        Assert.Equal(keys, await KeysAsync(Table, "p", RowKeyRange.All));
        for (var i = 0; i < 60; i++)
        {
            var range = new RowKeyRange(keys[random.Next(keys.Count)], keys[random.Next(keys.Count)]);
            Assert.Equal(keys.Where(range.Contains), await KeysAsync(Table, "p", range));
        }
    }

    [Fact]
    public async Task Keys_may_be_as_long_as_they_are_stored()
    {
        // K20: a slash is stored as two characters.
        foreach (var key in new[] { new string('a', 512), new string('/', 256), new string('世', 180) })
        {
            await Table.CommitAsync(key, [new TableOperation.Insert(new(key, Some(1)))], Cancellation);
            Assert.Equal([key], await KeysAsync(Table, key, RowKeyRange.All));
        }

        await RefusesAsync(["513", "512"], Insert(new string('a', 513), Some(1)));
        await RefusesAsync(["514", "512"], Insert(new string('/', 257), Some(1)));

        // Azure's client cannot read an answer in which the address of a row is longer than a line may be.
        await RefusesAsync(["p/世", "3500"], Insert(new string('世', 400), Some(1)));
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            async () => await Table.CommitAsync(new string('/', 400), [Insert("r", Some(1))], Cancellation));
        Assert.Contains("partition key", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_is_too_large_is_refused_with_what_was_found_and_what_is_allowed()
    {
        // K20: 4 MiB of base64 and what is around it.
        await Table.CommitAsync("p", [.. Enumerable.Range(0, 4).Select(row => Insert($"{row}", Chunks(11)))], Cancellation);
        await RefusesAsync(["'p'", "4194304"], [.. Enumerable.Range(10, 5).Select(row => Insert($"{row}", Chunks(11)))]);
        await RefusesAsync(["101", "100"], [.. Enumerable.Range(0, 101).Select(row => Insert($"{row}", Some(1)))]);

        // Many small operations are mostly headers.
        await Table.CommitAsync("q", [.. Enumerable.Range(0, 100).Select(row => Insert($"{row}", Texts(1)))], Cancellation);
    }

    [Fact]
    public async Task What_is_accepted_of_batches_near_the_limit_is_stored()
    {
        var random = new Random(20260105);
        var (accepted, refused) = (0, 0);
        for (var batch = 0; batch < 12; batch++)
        {
            var rows = random.Next(4, 40);
            var size = random.Next(2_500_000, 4_000_000);
            var operations = Enumerable.Range(0, rows).Select(
                row => Insert($"{batch}/{row}", Filled(random, size / rows))).ToArray<TableOperation>();
            try
            {
                await Table.CommitAsync("p", operations, Cancellation);
                accepted += rows;
            }
            catch (ArgumentException)
            {
                refused++;
            }
        }

        Assert.Equal(accepted, (await KeysAsync(Table, "p", RowKeyRange.All)).Count);
        Assert.True(accepted > 0 && refused > 0, $"{accepted} rows accepted, {refused} batches refused: the limit is not tried.");
    }

    [Fact]
    public async Task A_batch_changes_a_row_once()
    {
        // K20
        await RefusesAsync(["p/r", "twice"], Insert("r", Some(1)), new TableOperation.Upsert(new("r", Some(2))));
        Assert.Null(await Table.GetAsync("p", "r", Cancellation));
    }

    [Fact]
    public async Task A_property_that_Table_Storage_does_not_hold_is_refused_with_its_name()
    {
        // K20
        foreach (var number in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
            await RefusesAsync(["p/r", "'fraction'", "finite"], Insert("r", new() { ["fraction"] = number }));
        await RefusesAsync(["p/r", "'blob'", $"{65 * 1024}", "65536"], Insert("r", new() { ["blob"] = new byte[65 * 1024] }));
        await RefusesAsync(["p/r", "'text'", "65538", "65536"], Insert("r", new() { ["text"] = new string('x', 32_769) }));
        await RefusesAsync(
            ["p/r", "'time'", "1600", "1601"], Insert("r", new() { ["time"] = new DateTimeOffset(1600, 1, 1, 0, 0, 0, TimeSpan.Zero) }));
        await RefusesAsync(["p/r", "'RowKey'"], Insert("r", new() { ["RowKey"] = 1L }));
        await RefusesAsync(["p/r", "'with-dash'"], Insert("r", new() { ["with-dash"] = 1L }));
        await RefusesAsync(["p/r", "'what'", "Uri"], Insert("r", new() { ["what"] = new Uri("http://localhost") }));
    }

    [Fact]
    public async Task A_row_has_at_most_252_properties()
    {
        Dictionary<string, object> Properties(int count) =>
            Enumerable.Range(0, count).ToDictionary(number => $"p{number}", number => (object)(long)number);
        await Table.CommitAsync("p", [Insert("r", Properties(252))], Cancellation);

        Assert.Equal(252, (await Table.GetAsync("p", "r", Cancellation))!.Properties.Count);
        await RefusesAsync(["p/s", "253", "252"], Insert("s", Properties(253)));
    }

    [Fact]
    public async Task A_full_row_can_be_replaced()
    {
        // K20b: the emulator counts base64 when a row is replaced.
        await ReplaceAsync("binary", Chunks(11));
        await ReplaceAsync("text", Texts(15));
        await RefusesAsync(["p/r", "1048576"], Insert("r", Chunks(12)));
        await RefusesAsync(["p/r", "1048576"], Insert("r", Texts(17)));

        async Task ReplaceAsync(string key, Dictionary<string, object> properties)
        {
            var etag = (await Table.CommitAsync("p", [Insert(key, properties)], Cancellation))[0];
            await Table.CommitAsync("p", [new TableOperation.Replace(new(key, properties) { ETag = etag })], Cancellation);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200_000)]
    [InlineData(2_900_000)]
    public async Task A_payload_of_any_length_that_fits_a_batch_comes_back_and_can_be_replaced_and_shrink(int length)
    {
        // K20b
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        await SaveAsync(payload, []);
        var stored = await RowsAsync(Table, "p", BinaryPayload.Rows("key"));
        Assert.Equal(payload, BinaryPayload.Load(stored));

        Array.Reverse(payload);
        await SaveAsync(payload, stored);
        stored = await RowsAsync(Table, "p", BinaryPayload.Rows("key"));
        Assert.Equal(payload, BinaryPayload.Load(stored));

        await SaveAsync(payload[..5], stored);
        Assert.Equal(payload[..5], BinaryPayload.Load(await RowsAsync(Table, "p", BinaryPayload.Rows("key"))));

        async Task SaveAsync(byte[] value, IReadOnlyList<TableRow> before) =>
            await Table.CommitAsync("p", BinaryPayload.Save("key", value, new Dictionary<string, object>(), before), Cancellation);
    }

    [Fact]
    public async Task A_payload_that_does_not_fit_a_batch_is_refused() =>
        await RefusesAsync(["'p'", "4194304"], [.. BinaryPayload.Save("key", new byte[3_300_000], new Dictionary<string, object>(), [])]);

    [Fact]
    public async Task The_rows_of_a_payload_are_not_those_of_keys_that_begin_like_it()
    {
        foreach (var key in new[] { "h1", "h1-b", "h1.b", "h1 b", "h1!", "h10" })
            await Table.CommitAsync("p", BinaryPayload.Save(key, new byte[800_000], new Dictionary<string, object>(), []), Cancellation);

        Assert.Equal(800_000, BinaryPayload.Load(await RowsAsync(Table, "p", BinaryPayload.Rows("h1"))).Length);
    }

    private async Task RefusesAsync(string[] words, params TableOperation[] operations)
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(async () => await Table.CommitAsync("p", operations, Cancellation));
        Assert.All(words, word => Assert.Contains(word, refused.Message, StringComparison.Ordinal));
    }

    private static TableOperation.Insert Insert(string key, Dictionary<string, object> properties) => new(new(key, properties));

    private static Dictionary<string, object> Chunks(int count) =>
        Enumerable.Range(0, count).ToDictionary(number => $"data{number:00}", _ => (object)new byte[64 * 1024]);

    private static Dictionary<string, object> Texts(int count) =>
        Enumerable.Range(0, count).ToDictionary(number => $"p{number}", _ => (object)new string('x', 32 * 1024));

    /// <summary>About so many bytes of everything that a row can hold.</summary>
    private static Dictionary<string, object> Filled(Random random, int bytes)
    {
        var properties = new Dictionary<string, object>
        {
            ["number"] = long.MinValue,
            ["fraction"] = -1.2345678901234567e-300,
            ["flag"] = false,
            ["time"] = new DateTimeOffset(2026, 1, 5, 1, 2, 3, 4, TimeSpan.Zero),
        };
        while (bytes > 0)
        {
            var length = Math.Min(bytes, random.Next(1, 60_000));
            var binary = new byte[length];
            random.NextBytes(binary);
            properties[$"p{properties.Count}"] = random.Next(4) == 0 ? Convert.ToBase64String(binary)[..Math.Min(length, 30_000)] : binary;
            bytes -= length;
        }

        return properties;
    }

    private static Dictionary<string, object> Some(long number) => new() { ["n"] = number };

    private static async Task<List<string>> KeysAsync(ITable table, string partition, RowKeyRange range) =>
        [.. (await RowsAsync(table, partition, range)).Select(row => row.RowKey)];

    private static async Task<List<TableRow>> RowsAsync(ITable table, string partition, RowKeyRange range) =>
        await table.QueryAsync(partition, range, Cancellation).ToListAsync(Cancellation);
}
