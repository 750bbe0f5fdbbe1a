namespace MetricsAlerts.Storage;

/// <summary>Table Storage's limits, which every adapter holds, so that what runs embedded also runs in Azure.</summary>
public static class TableLimits
{
    /// <summary>Operations in one batch.</summary>
    public const int MaxBatchOperations = 100;

    /// <summary>Bytes in one binary property, and bytes of UTF-16 in one text property.</summary>
    public const int MaxPropertyBytes = 64 * 1024;

    /// <summary>Bytes in one row.</summary>
    public const int MaxRowBytes = 1024 * 1024;

    /// <summary>Characters in a partition key or row key.</summary>
    public const int MaxKeyLength = 512;

    /// <summary>Throws when a batch or one of its rows would be refused by Table Storage.</summary>
    /// <exception cref="ArgumentException">The message names the row, the property, what was found and what is allowed.</exception>
    public static void Check(string partitionKey, IReadOnlyList<TableOperation> operations)
    {
        CheckKey("partition key", partitionKey);
        if (operations.Count > MaxBatchOperations)
            throw new ArgumentException($"A batch of {operations.Count} operations on '{partitionKey}': at most {MaxBatchOperations} are allowed.");

        foreach (var operation in operations)
        {
            CheckKey("row key", operation.RowKey);
            var row = operation switch
            {
                TableOperation.Insert insert => insert.Row,
                TableOperation.Replace replace => replace.Row,
                TableOperation.Upsert upsert => upsert.Row,
                _ => null,
            };
            if (row is not null)
                CheckRow(partitionKey, row);
        }
    }

    private static void CheckKey(string what, string key)
    {
        if (key.Length > MaxKeyLength)
            throw new ArgumentException($"The {what} '{key[..40]}…' has {key.Length} characters: at most {MaxKeyLength} are allowed.");
    }

    private static void CheckRow(string partitionKey, TableRow row)
    {
        var total = 0;
        foreach (var (name, value) in row.Properties)
        {
            var bytes = value switch { byte[] binary => binary.Length, string text => text.Length * 2, _ => 8 };
            if (bytes > MaxPropertyBytes)
                throw new ArgumentException($"Property '{name}' of row '{partitionKey}/{row.RowKey}' has {bytes} bytes: at most {MaxPropertyBytes} are allowed.");
            total += bytes + (name.Length * 2) + 8;
        }

        if (total > MaxRowBytes)
            throw new ArgumentException($"Row '{partitionKey}/{row.RowKey}' has {total} bytes: at most {MaxRowBytes} are allowed.");
    }
}
