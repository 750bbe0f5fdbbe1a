namespace MetricsAlerts.Storage;

/// <summary>
/// How many bytes a row is, in storage and on its way there. The way is counted as Azure's client writes it, and rather too
/// high: JSON in UTF-8 in which binary is
/// base64, every character that may be escaped is six bytes (<c>\u00FC</c>), and every number as long as one can be; around it
/// the headers of one operation in a
/// multipart body, in which each key is part of an address. <c>MetricsAlerts.AzureTables.Tests</c> holds this against what the
/// client really sends.
/// </summary>
internal static class TableSize
{
    /// <summary>The headers of one operation: 600 to 700 bytes with the longest host and table names, an ETag and a boundary.</summary>
    private const int OperationHeaders = 1024;

    /// <summary>What JSON never escapes, beside letters and digits.</summary>
    private const string Unescaped = " -._|:,/{}[]()";

    private const int LongestNumber = 32;
    private const int TypeAnnotation = 32;

    /// <summary>A row in storage, by Table Storage's own formula.</summary>
    public static long Stored(string partitionKey, TableRow row) =>
        4 + (2L * (TableKey.Encode(partitionKey).Length + TableKey.Encode(row.RowKey).Length))
        + row.Properties.Sum(property => 8 + (2L * property.Key.Length) + ValueBytes(property.Value));

    /// <summary>A property's value in storage.</summary>
    public static long ValueBytes(object value) =>
        value switch { byte[] binary => binary.Length + 4, string text => (text.Length * 2L) + 4, _ => 8 };

    /// <summary>A row as JSON.</summary>
    public static long Json(string partitionKey, TableRow row) =>
        64 + Text(TableKey.Encode(partitionKey)) + Text(TableKey.Encode(row.RowKey)) + row.Properties.Sum(
            property => Property(property.Key, property.Value));

    /// <summary>One operation in a transaction's body.</summary>
    public static long Operation(string partitionKey, string rowKey, TableRow? row) =>
        OperationHeaders + Address(partitionKey, rowKey) + (row is null ? 0 : Json(partitionKey, row));

    /// <summary>Both keys in a row's address.</summary>
    public static long Address(string partitionKey, string rowKey) =>
        InAddress(TableKey.Encode(partitionKey)) + InAddress(TableKey.Encode(rowKey));

    /// <summary>The property and what says its type.</summary>
    private static long Property(string name, object value) => (2L * Text(name)) + TypeAnnotation + value switch
    {
        byte[] binary => ((binary.Length + 2L) / 3 * 4) + 2,
        string text => Text(text),
        _ => LongestNumber,
    };

    private static long Text(string text)
    {
        var bytes = 4L;
        foreach (var character in text)
            bytes += char.IsAsciiLetterOrDigit(character) || Unescaped.Contains(character, StringComparison.Ordinal) ? 1 : 6;
        return bytes;
    }

    /// <summary>In an address a character is itself, or each of its bytes is three.</summary>
    private static long InAddress(string key)
    {
        var bytes = 4L;
        foreach (var character in key)
            bytes += char.IsAsciiLetterOrDigit(character) ? 1 : char.IsAscii(character) ? 3 : 9;
        return bytes;
    }
}
