namespace MetricsAlerts.Storage;

/// <summary>Table Storage's limits, which every adapter holds, so that what runs embedded also runs in Azure and in its emulator.</summary>
public static class TableLimits
{
    /// <summary>Operations in one batch.</summary>
    public const int MaxBatchOperations = 100;

    /// <summary>Bytes in one batch as it is sent: text and base64, with what is around them. About 3 MiB of binary.</summary>
    public const int MaxBatchBytes = 4 * 1024 * 1024;

    /// <summary>Bytes in one binary property, and bytes of UTF-16 in one text property.</summary>
    public const int MaxPropertyBytes = 64 * 1024;

    /// <summary>Properties of one row, beside its keys and its time.</summary>
    public const int MaxProperties = 252;

    /// <summary>
    /// Bytes in one row, in storage and as JSON: Azurite refuses to replace a row that is longer as JSON, in which binary is
    /// base64. 768 KiB of binary.
    /// </summary>
    public const int MaxRowBytes = 1024 * 1024;

    /// <summary>Characters in a partition key or row key, as <see cref="TableKey.Encode"/> writes it.</summary>
    public const int MaxKeyLength = 512;

    /// <summary>
    /// Characters of both keys in an address, where most but letters and digits are three or nine: Azure's client reads lines of
    /// 4,096 from an answer.
    /// </summary>
    public const int MaxAddressLength = 3500;

    private const int MaxNameLength = 255;

    /// <summary>The earliest time that Table Storage holds.</summary>
    private static readonly DateTimeOffset EarliestTime = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Throws when a batch or one of its rows would be refused by Table Storage.</summary>
    /// <exception cref="ArgumentException">The message names the row, the property, what was found and what is allowed.</exception>
    public static void Check(string partitionKey, IReadOnlyList<TableOperation> operations)
    {
        CheckKey("partition key", partitionKey);
        if (operations.Count > MaxBatchOperations)
            throw new ArgumentException(
                $"A batch of {operations.Count} operations on '{partitionKey}': at most {MaxBatchOperations} are allowed.");

        var keys = new HashSet<string>(operations.Count, StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var operation in operations)
        {
            CheckKey("row key", operation.RowKey);
            if (!keys.Add(operation.RowKey))
                throw new ArgumentException(
                    $"A batch changes row '{partitionKey}/{operation.RowKey}' twice: one operation on each row is allowed.");
            if (TableSize.Address(partitionKey, operation.RowKey) is var address && address > MaxAddressLength)
                throw new ArgumentException(
                    $"The keys of row '{partitionKey}/{operation.RowKey}' have {address} characters in an address: "
                    + $"at most {MaxAddressLength} are allowed.");
            if (operation.Written is { } row)
                CheckRow(partitionKey, row);
            bytes += TableSize.Operation(partitionKey, operation.RowKey, operation.Written);
        }

        if (bytes > MaxBatchBytes)
            throw new ArgumentException(
                $"A batch of {operations.Count} operations on '{partitionKey}' has about {bytes} bytes when it is sent: "
                + $"at most {MaxBatchBytes} are allowed.");
    }

    private static void CheckKey(string what, string key)
    {
        if (TableKey.Encode(key).Length is var length && length > MaxKeyLength)
            throw new ArgumentException(
                $"The {what} '{key[..Math.Min(40, key.Length)]}…' has {length} characters as it is stored: "
                + $"at most {MaxKeyLength} are allowed.");
    }

    private static void CheckRow(string partitionKey, TableRow row)
    {
        if (row.Properties.Count > MaxProperties)
            throw new ArgumentException(
                $"Row '{partitionKey}/{row.RowKey}' has {row.Properties.Count} properties: at most {MaxProperties} are allowed.");
        foreach (var (name, value) in row.Properties)
        {
            if (Refusal(name, value) is { } refusal)
                throw new ArgumentException($"Property '{name}' of row '{partitionKey}/{row.RowKey}' {refusal}.");
        }

        if (TableSize.Stored(partitionKey, row) is var stored && stored > MaxRowBytes)
            throw new ArgumentException($"Row '{partitionKey}/{row.RowKey}' has {stored} bytes: at most {MaxRowBytes} are allowed.");
        if (TableSize.Json(partitionKey, row) is var sent && sent > MaxRowBytes)
            throw new ArgumentException(
                $"Row '{partitionKey}/{row.RowKey}' has about {sent} bytes as JSON, with binary as base64: "
                + $"at most {MaxRowBytes} are allowed.");
    }

    /// <summary>Why a property would be refused; null when it would not.</summary>
    private static string? Refusal(string name, object value) => value switch
    {
        _ when name is "PartitionKey" or "RowKey" or "Timestamp" => "has a name that every row has: choose another",
        _ when name.Length is 0 or > MaxNameLength => $"has a name of {name.Length} characters: 1 to {MaxNameLength} are allowed",
        _ when char.IsDigit(name[0]) || !name.All(character => char.IsLetterOrDigit(character) || character == '_') =>
            "has a name that is none: letters, digits and _ are allowed, no digit first",
        byte[] { Length: > MaxPropertyBytes } binary => $"has {binary.Length} bytes: at most {MaxPropertyBytes} are allowed",
        string { Length: > MaxPropertyBytes / 2 } text => $"has {text.Length * 2} bytes: at most {MaxPropertyBytes} are allowed",
        double fraction when !double.IsFinite(fraction) =>
            $"is {fraction.ToString(System.Globalization.CultureInfo.InvariantCulture)}: only finite numbers are allowed",
        DateTimeOffset time when time < EarliestTime =>
            $"is {Formats.Timestamps.Format(time)}: times from {Formats.Timestamps.Format(EarliestTime)} on are allowed",
        string or long or int or double or bool or DateTimeOffset or byte[] => null,
        null => "is null: leave it out",
        _ => $"is a {value.GetType().Name}: string, long, double, bool, DateTimeOffset and byte[] are allowed",
    };
}
