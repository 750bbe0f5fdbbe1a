using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Evaluating;

/// <summary>
/// A series partition as bytes, in two parts: series with their recent windows (what repeats is written once) and rule states, which every batch
/// changes; and the earlier windows, which few batches need.
/// </summary>
internal static class PartitionFormat
{
    private const byte Version = 2;

    /// <summary>The version that had no earlier windows apart.</summary>
    private const byte VersionInOnePart = 1;

    [Flags]
    private enum Has : byte
    {
        Nothing = 0,
        Value = 1,
        Baseline = 2,
        SameBaseline = 4,
        Completeness = 8,
        SameModel = 16,
        FollowsOn = 32,
    }

    /// <summary>Everything but the earlier windows.</summary>
    public static byte[] WriteRecent(SeriesPartition partition)
    {
        using var buffer = new MemoryStream(4096);
        using var writer = new BinaryWriter(buffer);
        writer.Write(Version);
        writer.Write7BitEncodedInt(partition.Series.Count);
        foreach (var series in partition.Series)
        {
            WriteName(writer, series);
            writer.Write7BitEncodedInt64(series.TooOld);
            writer.Write(series.History.FoldedBefore.UtcTicks);
            writer.Write(series.History.RecentFrom.UtcTicks);
            WriteWindows(writer, series, series.History.Windows[series.History.LowerBound(series.History.RecentFrom)..]);
            writer.Write7BitEncodedInt(series.Rules.Count);
            foreach (var rule in series.Rules)
                WriteRule(writer, rule);
        }

        writer.Flush();
        return buffer.ToArray();
    }

    /// <summary>The earlier windows of a whole partition; empty when there are none.</summary>
    public static byte[] WriteEarlier(SeriesPartition partition)
    {
        var apart = partition.Series.Where(series => series.History.HasEarlier).ToList();
        if (apart.Count == 0)
            return [];
        using var buffer = new MemoryStream(4096 * apart.Count);
        using var writer = new BinaryWriter(buffer);
        writer.Write(Version);
        writer.Write7BitEncodedInt(apart.Count);
        foreach (var series in apart)
        {
            WriteName(writer, series);
            WriteWindows(writer, series, series.History.Windows[..series.History.LowerBound(series.History.RecentFrom)]);
        }

        writer.Flush();
        return buffer.ToArray();
    }

    /// <summary>Reads a partition; <paramref name="earlier"/> is null when the earlier windows are not wanted, and empty when there are none.</summary>
    public static void Read(byte[] recent, byte[]? earlier, SeriesPartition into)
    {
        var apart = new SeriesPartition(into.DeploymentId, into.Instance);
        if (earlier is { Length: > 0 })
            ReadEarlier(earlier, apart);
        using var reader = new BinaryReader(new MemoryStream(recent, writable: false));
        var version = ReadVersion(reader, into);
        var count = reader.Read7BitEncodedInt();
        for (var i = 0; i < count; i++)
        {
            var name = ReadName(reader);
            var series = into.Add(apart.Find(name) ?? new(name));
            series.TooOld = reader.Read7BitEncodedInt64();
            var foldedBefore = ReadTime(reader);
            if (version > VersionInOnePart)
                series.History.RecentFrom = ReadTime(reader);
            into.IsWhole &= earlier is not null || !series.History.HasEarlier;
            ReadWindows(reader, series);
            series.History.FoldedBefore = foldedBefore;
            var rules = reader.Read7BitEncodedInt();
            for (var r = 0; r < rules; r++)
                series.Rules.Add(ReadRule(reader));
        }
    }

    private static void ReadEarlier(byte[] bytes, SeriesPartition into)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        ReadVersion(reader, into);
        var count = reader.Read7BitEncodedInt();
        for (var i = 0; i < count; i++)
            ReadWindows(reader, into.GetOrAdd(ReadName(reader)));
    }

    private static byte ReadVersion(BinaryReader reader, SeriesPartition into)
    {
        var version = reader.ReadByte();
        return version is >= VersionInOnePart and <= Version
            ? version
            : throw new InvalidDataException($"Series partition {into.DeploymentId}/{into.Instance} has format version {version}; this program reads up to version {Version}.");
    }

    private static void WriteName(BinaryWriter writer, SeriesState series)
    {
        writer.Write(series.Name.Metric);
        writer.Write(series.Name.Bucket.Ticks);
    }

    private static SeriesName ReadName(BinaryReader reader) => new(reader.ReadString(), TimeSpan.FromTicks(reader.ReadInt64()));

    private static DateTimeOffset ReadTime(BinaryReader reader) => new(reader.ReadInt64(), TimeSpan.Zero);

    private static void WriteWindows(BinaryWriter writer, SeriesState series, ReadOnlySpan<MetricWindow> windows)
    {
        var before = default(MetricWindow);
        writer.Write7BitEncodedInt(windows.Length);
        foreach (ref readonly var window in windows)
        {
            var has = (window.Value is null ? Has.Nothing : Has.Value)
                | (window.Baseline is null ? Has.Nothing : window.Baseline == before.Baseline ? Has.SameBaseline : Has.Baseline)
                | (window.Completeness is null ? Has.Nothing : Has.Completeness)
                | (window.ModelId == before.ModelId ? Has.SameModel : Has.Nothing)
                | (window.Start == before.End && window.End - window.Start == series.Name.Bucket ? Has.FollowsOn : Has.Nothing);
            writer.Write((byte)has);
            if (!has.HasFlag(Has.FollowsOn))
            {
                writer.Write(window.Start.UtcTicks);
                writer.Write(window.End.UtcTicks);
            }

            if (window.Value is { } value)
                writer.Write(value);
            writer.Write7BitEncodedInt64(window.SampleSize);
            if (has.HasFlag(Has.Baseline))
                writer.Write(window.Baseline!.Value);
            if (window.Completeness is { } completeness)
                writer.Write(completeness);
            if (!has.HasFlag(Has.SameModel))
                writer.Write(window.ModelId ?? "");
            before = window;
        }
    }

    private static void ReadWindows(BinaryReader reader, SeriesState series)
    {
        var before = default(MetricWindow);
        var count = reader.Read7BitEncodedInt();
        series.History.Reserve(series.History.Count + count + 1);
        for (var i = 0; i < count; i++)
        {
            var has = (Has)reader.ReadByte();
            var start = has.HasFlag(Has.FollowsOn) ? before.End : ReadTime(reader);
            var end = has.HasFlag(Has.FollowsOn) ? start + series.Name.Bucket : ReadTime(reader);
            double? value = has.HasFlag(Has.Value) ? reader.ReadDouble() : null;
            var window = new MetricWindow(start, end, value, reader.Read7BitEncodedInt64())
            {
                Baseline = has.HasFlag(Has.Baseline) ? reader.ReadDouble() : has.HasFlag(Has.SameBaseline) ? before.Baseline : null,
                Completeness = has.HasFlag(Has.Completeness) ? reader.ReadDouble() : null,
                ModelId = has.HasFlag(Has.SameModel) ? before.ModelId : NullIfEmpty(reader.ReadString()),
            };
            series.History.Put(window);
            before = window;
        }
    }

    private static void WriteRule(BinaryWriter writer, RuleState rule)
    {
        writer.Write(rule.Rule);
        writer.Write(rule.Fingerprint);
        WriteState(writer, rule.Base);
        WriteState(writer, rule.Current);
        writer.Write(rule.Announced.IsOpen);
        writer.Write((byte)rule.Announced.Severity);
        writer.Write(rule.Announced.NoData);
        writer.Write(rule.Announced.EpisodeStart.UtcTicks);
        writer.Write7BitEncodedInt(rule.Announced.Sequence);
    }

    private static RuleState ReadRule(BinaryReader reader) => new(reader.ReadString())
    {
        Fingerprint = reader.ReadString(),
        Base = ReadState(reader),
        Current = ReadState(reader),
        Announced = new(
            reader.ReadBoolean(), (Severity)reader.ReadByte(), reader.ReadBoolean(), new(reader.ReadInt64(), TimeSpan.Zero), reader.Read7BitEncodedInt()),
    };

    private static void WriteState(BinaryWriter writer, in AlertState state)
    {
        writer.Write(state != default);
        if (state == default)
            return;
        writer.Write((byte)state.Phase);
        writer.Write((byte)state.Severity);
        writer.Write(state.NoData);
        writer.Write(state.OpenedByNoData);
        foreach (var run in (ReadOnlySpan<Streak>)[state.BreachWarning, state.BreachCritical, state.RecoverWarning, state.RecoverCritical, state.WithoutValue])
        {
            writer.Write7BitEncodedInt(run.Count);
            writer.Write7BitEncodedInt64(run.Memory);
        }

        foreach (var ticks in (ReadOnlySpan<long>)[state.EpisodeStart, state.ToldAt, state.ModelSince, state.LastValueEnd, state.PastEpisodeStart, state.PastEpisodeEnd])
            writer.Write(ticks);
        writer.Write(state.ModelId ?? "");
    }

    private static AlertState ReadState(BinaryReader reader)
    {
        if (!reader.ReadBoolean())
            return default;
        return new()
        {
            Phase = (AlertPhase)reader.ReadByte(),
            Severity = (Severity)reader.ReadByte(),
            NoData = reader.ReadBoolean(),
            OpenedByNoData = reader.ReadBoolean(),
            BreachWarning = ReadRun(reader),
            BreachCritical = ReadRun(reader),
            RecoverWarning = ReadRun(reader),
            RecoverCritical = ReadRun(reader),
            WithoutValue = ReadRun(reader),
            EpisodeStart = reader.ReadInt64(),
            ToldAt = reader.ReadInt64(),
            ModelSince = reader.ReadInt64(),
            LastValueEnd = reader.ReadInt64(),
            PastEpisodeStart = reader.ReadInt64(),
            PastEpisodeEnd = reader.ReadInt64(),
            ModelId = NullIfEmpty(reader.ReadString()),
        };
    }

    private static Streak ReadRun(BinaryReader reader) => new(reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt64());

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
