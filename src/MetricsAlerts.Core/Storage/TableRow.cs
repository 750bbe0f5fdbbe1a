using System.Globalization;

namespace MetricsAlerts.Storage;

/// <summary>
/// One row: keys, properties and the ETag it was read with. Property values are
/// <see cref="string"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="DateTimeOffset"/> or
/// <see cref="byte"/>[].
/// </summary>
public sealed record TableRow(string RowKey, IReadOnlyDictionary<string, object> Properties)
{
    /// <summary>The version this row was read at; empty for a row that was never stored.</summary>
    public string ETag { get; init; } = "";

    /// <summary>A text property, or null when the row does not have it.</summary>
    public string? Text(string name) => Properties.GetValueOrDefault(name) as string;

    /// <summary>A whole-number property, or <paramref name="otherwise"/> when the row does not have it.</summary>
    public long Number(string name, long otherwise = 0) => Properties.GetValueOrDefault(name) switch
    {
        long number => number,
        int number => number,
        string text when long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) => number,
        _ => otherwise,
    };

    /// <summary>A point in time in UTC, or null when the row does not have it.</summary>
    public DateTimeOffset? Time(string name) => Properties.GetValueOrDefault(name) as DateTimeOffset?;

    /// <summary>A binary property, or null when the row does not have it.</summary>
    public byte[]? Binary(string name) => Properties.GetValueOrDefault(name) as byte[];
}
