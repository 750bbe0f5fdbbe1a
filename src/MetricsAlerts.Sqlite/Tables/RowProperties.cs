namespace MetricsAlerts.Sqlite.Tables;

/// <summary>A row's properties as bytes: count, then name, type and value of each.</summary>
internal static class RowProperties
{
    private enum Kind : byte
    {
        Text,
        Number,
        Fraction,
        Flag,
        Time,
        Binary,
    }

    public static byte[] Write(IReadOnlyDictionary<string, object> properties)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        writer.Write7BitEncodedInt(properties.Count);
        foreach (var (name, value) in properties)
        {
            writer.Write(name);
            Write(writer, name, value);
        }

        writer.Flush();
        return buffer.ToArray();
    }

    public static Dictionary<string, object> Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        var count = reader.Read7BitEncodedInt();
        var properties = new Dictionary<string, object>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
            properties[reader.ReadString()] = ReadValue(reader);
        return properties;
    }

    private static void Write(BinaryWriter writer, string name, object value)
    {
        switch (value)
        {
            case string text:
                writer.Write((byte)Kind.Text);
                writer.Write(text);
                break;
            case long or int:
                writer.Write((byte)Kind.Number);
                writer.Write(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case double fraction:
                writer.Write((byte)Kind.Fraction);
                writer.Write(fraction);
                break;
            case bool flag:
                writer.Write((byte)Kind.Flag);
                writer.Write(flag);
                break;
            case DateTimeOffset time:
                writer.Write((byte)Kind.Time);
                writer.Write(time.UtcTicks);
                break;
            case byte[] binary:
                writer.Write((byte)Kind.Binary);
                writer.Write7BitEncodedInt(binary.Length);
                writer.Write(binary);
                break;
            default:
                throw new ArgumentException(
                    $"Property '{name}' is a {value.GetType().Name}; allowed are string, long, double, bool, DateTimeOffset and byte[].");
        }
    }

    private static object ReadValue(BinaryReader reader) => (Kind)reader.ReadByte() switch
    {
        Kind.Text => reader.ReadString(),
        Kind.Number => reader.ReadInt64(),
        Kind.Fraction => reader.ReadDouble(),
        Kind.Flag => reader.ReadBoolean(),
        Kind.Time => new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
        Kind.Binary => reader.ReadBytes(reader.Read7BitEncodedInt()),
        var kind => throw new InvalidDataException($"A stored property has the unknown kind {(byte)kind}."),
    };
}
