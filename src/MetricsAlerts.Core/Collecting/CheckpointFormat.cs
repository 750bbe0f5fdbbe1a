using MetricsAlerts.Metrics;

namespace MetricsAlerts.Collecting;

/// <summary>The series of an instance's checkpoint as bytes, in parts that each fit into a row and are read on their own.</summary>
internal static class CheckpointFormat
{
    /// <summary>
    /// The most bytes in a part; only a single series that is larger exceeds it. A full row of 1 MiB could be inserted but, in Azurite, not
    /// replaced.
    /// </summary>
    public const int MaxPartBytes = 512 * 1024;

    private const byte Format = 4;

    public static IReadOnlyList<byte[]> Write(InstanceCheckpoint checkpoint)
    {
        var parts = new List<byte[]>(1);
        using var part = new MemoryStream();
        var inOrder = checkpoint.Series.OrderBy(pair => pair.Key.Metric, StringComparer.Ordinal).ThenBy(pair => pair.Key.Bucket);
        foreach (var (name, series) in inOrder)
        {
            var bytes = Write(name, series);
            if (part.Length > 0 && part.Length + bytes.Length > MaxPartBytes)
            {
                parts.Add(part.ToArray());
                part.SetLength(0);
            }

            if (part.Length == 0)
                part.WriteByte(Format);
            part.Write(bytes);
        }

        if (part.Length > 0)
            parts.Add(part.ToArray());
        return parts;
    }

    public static void Read(byte[] bytes, InstanceCheckpoint into)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        if (reader.ReadByte() is var format && format != Format)
        {
            throw new InvalidDataException(
                $"The checkpoint of instance '{into.Instance}' has format {format}; this program reads format {Format}.");
        }

        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            var series = into.GetOrAdd(new(reader.ReadString(), TimeSpan.FromTicks(reader.Read7BitEncodedInt64())));
            series.ReadFrom = reader.ReadInt64() is var readFrom and > 0 ? new DateTimeOffset(readFrom, TimeSpan.Zero) : null;
            series.LookedAt = reader.ReadInt64() is var lookedAt and > 0 ? new DateTimeOffset(lookedAt, TimeSpan.Zero) : null;
            series.UncutSince = reader.ReadInt64() is var uncutSince and > 0 ? new DateTimeOffset(uncutSince, TimeSpan.Zero) : null;
            series.IsForgotten = reader.ReadBoolean();
            ReadOwed(reader, series);
            var windows = reader.Read7BitEncodedInt();
            var start = 0L;
            for (var window = 0; window < windows; window++)
            {
                start += reader.Read7BitEncodedInt64() * TimeSpan.TicksPerMinute;
                series.MarkPublished(start, reader.ReadInt64());
            }
        }
    }

    private static byte[] Write(SeriesName name, SeriesCheckpoint series)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        writer.Write(name.Metric);
        writer.Write7BitEncodedInt64(name.Bucket.Ticks);
        writer.Write(series.ReadFrom?.UtcTicks ?? 0);
        writer.Write(series.LookedAt?.UtcTicks ?? 0);
        writer.Write(series.UncutSince?.UtcTicks ?? 0);
        writer.Write(series.IsForgotten);
        WriteOwed(writer, series);
        writer.Write7BitEncodedInt(series.Published.Count);
        var before = 0L;
        foreach (var (start, fingerprint) in series.Published.OrderBy(pair => pair.Key))
        {
            writer.Write7BitEncodedInt64((start - before) / TimeSpan.TicksPerMinute);
            writer.Write(fingerprint);
            before = start;
        }

        writer.Flush();
        return buffer.ToArray();
    }

    private static void ReadOwed(BinaryReader reader, SeriesCheckpoint series)
    {
        var owed = reader.Read7BitEncodedInt();
        for (var window = 0; window < owed; window++)
            series.Owed.Add(new(reader.Read7BitEncodedInt64() * TimeSpan.TicksPerMinute, TimeSpan.Zero));
    }

    private static void WriteOwed(BinaryWriter writer, SeriesCheckpoint series)
    {
        writer.Write7BitEncodedInt(series.Owed.Count);
        foreach (var start in series.Owed)
            writer.Write7BitEncodedInt64(start.UtcTicks / TimeSpan.TicksPerMinute);
    }
}
