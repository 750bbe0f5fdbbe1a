namespace MetricsAlerts.Storage;

/// <summary>
/// A binary value of any length as numbered properties and rows that each stay within <see cref="TableLimits"/>:
/// <c>data00</c>, <c>data01</c>, … of 64 KiB, eleven to a row (704 KiB, which is less than 1 MiB as base64 too), in row
/// <c>{key}</c> and in rows whose keys are
/// <c>{key}</c>, the character U+0001 and a number, so that no other key lies between them. One batch takes about 3 MiB:
/// <see cref="TableLimits.MaxBatchBytes"/>.
/// </summary>
public static class BinaryPayload
{
    private const int ChunksPerRow = 11;
    private const char Continues = '\u0001';
    private const int RowBytes = ChunksPerRow * TableLimits.MaxPropertyBytes;

    /// <summary>The rows of one key, as a range for <see cref="ITable.QueryAsync"/>.</summary>
    public static RowKeyRange Rows(string key) => new(key, $"{key}{(char)(Continues + 1)}");

    /// <summary>The operations that replace what <paramref name="stored"/> holds by <paramref name="payload"/>.</summary>
    /// <param name="key">The first row's key.</param>
    /// <param name="payload">The new value.</param>
    /// <param name="properties">Readable properties that the first row also gets.</param>
    /// <param name="stored">The rows as last read: their ETags guard the change.</param>
    public static IReadOnlyList<TableOperation> Save(
        string key, ReadOnlySpan<byte> payload, IReadOnlyDictionary<string, object> properties, IReadOnlyList<TableRow> stored)
    {
        var operations = new List<TableOperation>(1);
        var rows = Math.Max(1, (payload.Length + RowBytes - 1) / RowBytes);
        for (var row = 0; row < rows; row++)
        {
            var slice = payload.Slice(row * RowBytes, Math.Min(RowBytes, payload.Length - (row * RowBytes)));
            var values = new Dictionary<string, object>(
                row == 0 ? properties : new Dictionary<string, object>())
            { ["length"] = (long)slice.Length };
            for (var chunk = 0; chunk * TableLimits.MaxPropertyBytes < slice.Length; chunk++)
            {
                var from = chunk * TableLimits.MaxPropertyBytes;
                values[$"data{chunk:00}"] = slice.Slice(from, Math.Min(TableLimits.MaxPropertyBytes, slice.Length - from)).ToArray();
            }

            operations.Add(
                TableOperation.Save(new TableRow(RowKey(key, row), values) { ETag = row < stored.Count ? stored[row].ETag : "" }));
        }

        foreach (var surplus in stored.Skip(rows))
            operations.Add(new TableOperation.Delete(surplus.RowKey, surplus.ETag));
        return operations;
    }

    /// <summary>The value that these rows hold together.</summary>
    public static byte[] Load(IReadOnlyList<TableRow> rows)
    {
        if (rows.Count == 1 && rows[0].Binary("data00") is { } single && single.Length == rows[0].Number("length"))
            return single;

        using var whole = new MemoryStream();
        foreach (var row in rows)
        {
            for (var chunk = 0; row.Binary($"data{chunk:00}") is { } bytes; chunk++)
                whole.Write(bytes);
        }

        return whole.ToArray();
    }

    private static string RowKey(string key, int row) => row == 0 ? key : $"{key}{Continues}{row:00}";
}
