using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Evaluating;

/// <summary>
/// An instance as bytes, in two parts: series with their recent windows (what repeats is written once) and rule states, which every batch
/// changes; and the earlier windows, which few batches need.
/// </summary>
internal static class InstanceFormat
{
    private const byte Version = 1;

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
        SameReading = 64,
    }

    /// <summary>Everything but the earlier windows.</summary>
    public static byte[] WriteRecent(InstanceState partition)
    {
        using var buffer = new MemoryStream(4096);
        using var writer = new BinaryWriter(buffer);
        writer.Write(Version);
        writer.Write7BitEncodedInt(partition.Series.Count);
        foreach (var series in partition.Series)
        {
            WriteName(writer, series);
            writer.Write7BitEncodedInt64(series.TooOld);
            writer.Write7BitEncodedInt(series.Kept.Count);
            writer.Write7BitEncodedInt(series.Kept.Needed);
            writer.Write7BitEncodedInt64(series.Kept.Until);
            writer.Write(series.History.FoldedBefore.UtcTicks);
            writer.Write(series.History.RecentFrom.UtcTicks);
            WriteWindows(writer, series, series.History.LowerBound(series.History.RecentFrom), series.History.Count);
            writer.Write7BitEncodedInt(series.Rules.Count);
            foreach (var rule in series.Rules)
                WriteRule(writer, rule);
        }

        writer.Flush();
        return buffer.ToArray();
    }

    /// <summary>The earlier windows of a whole partition; empty when there are none.</summary>
    public static byte[] WriteEarlier(InstanceState partition)
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
            WriteWindows(writer, series, 0, series.History.LowerBound(series.History.RecentFrom));
        }

        writer.Flush();
        return buffer.ToArray();
    }

    /// <summary>Reads a partition; <paramref name="earlier"/> is null when the earlier windows are not wanted, and empty when there are none.</summary>
    public static void Read(byte[] recent, byte[]? earlier, InstanceState into)
    {
        var apart = new InstanceState(into.DeploymentId, into.Instance);
        if (earlier is { Length: > 0 })
            ReadEarlier(earlier, apart);
        using var reader = new BinaryReader(new MemoryStream(recent, writable: false));
        ReadVersion(reader, into);
        var count = reader.Read7BitEncodedInt();
        for (var i = 0; i < count; i++)
        {
            var name = ReadName(reader);
            var series = into.Add(apart.Find(name) ?? new(name));
            series.TooOld = reader.Read7BitEncodedInt64();
            series.Kept = new(reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt64());
            var foldedBefore = ReadTime(reader);
            series.History.RecentFrom = ReadTime(reader);
            into.IsWhole &= earlier is not null || !series.History.HasEarlier;
            ReadWindows(reader, series);
            series.History.FoldedBefore = foldedBefore;
            var rules = reader.Read7BitEncodedInt();
            for (var r = 0; r < rules; r++)
                series.Rules.Add(ReadRule(reader));
        }
    }

    private static void ReadEarlier(byte[] bytes, InstanceState into)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        ReadVersion(reader, into);
        var count = reader.Read7BitEncodedInt();
        for (var i = 0; i < count; i++)
            ReadWindows(reader, into.GetOrAdd(ReadName(reader)));
    }

    private static void ReadVersion(BinaryReader reader, InstanceState into)
    {
        if (reader.ReadByte() is var version && version != Version)
        {
            throw new InvalidDataException(
                $"Instance {into.DeploymentId}/{into.Instance} has format version {version}; this program reads version {Version}.");
        }
    }

    private static void WriteName(BinaryWriter writer, SeriesState series)
    {
        writer.Write(series.Name.Metric);
        writer.Write(series.Name.Bucket.Ticks);
    }

    private static SeriesName ReadName(BinaryReader reader) => new(reader.ReadString(), TimeSpan.FromTicks(reader.ReadInt64()));

    private static DateTimeOffset ReadTime(BinaryReader reader) => new(reader.ReadInt64(), TimeSpan.Zero);

    private static void WriteWindows(BinaryWriter writer, SeriesState series, int from, int to)
    {
        var before = default(MetricWindow);
        var readBefore = 0L;
        writer.Write7BitEncodedInt(to - from);
        for (var i = from; i < to; i++)
        {
            ref readonly var window = ref series.History.Windows[i];
            var reading = series.History.Readings[i];
            var has = (window.Value is null ? Has.Nothing : Has.Value)
                | (window.Baseline is null ? Has.Nothing : window.Baseline == before.Baseline ? Has.SameBaseline : Has.Baseline)
                | (window.Completeness is null ? Has.Nothing : Has.Completeness)
                | (window.ModelId == before.ModelId ? Has.SameModel : Has.Nothing)
                | (window.Start == before.End && window.End - window.Start == series.Name.Bucket ? Has.FollowsOn : Has.Nothing)
                | (reading == readBefore ? Has.SameReading : Has.Nothing);
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
            if (!has.HasFlag(Has.SameReading))
                writer.Write(reading);
            (before, readBefore) = (window, reading);
        }
    }

    private static void ReadWindows(BinaryReader reader, SeriesState series)
    {
        var before = default(MetricWindow);
        var reading = 0L;
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
            if (!has.HasFlag(Has.SameReading))
                reading = reader.ReadInt64();
            series.History.Put(window, reading);
            before = window;
        }
    }

    private static void WriteRule(BinaryWriter writer, RuleState rule)
    {
        writer.Write(rule.Rule);
        writer.Write(rule.Fingerprint);
        WriteState(writer, rule.Base);
        WriteState(writer, rule.Current);
    }

    private static RuleState ReadRule(BinaryReader reader) => new(reader.ReadString())
    {
        Fingerprint = reader.ReadString(),
        Base = ReadState(reader),
        Current = ReadState(reader),
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

        foreach (var ticks in (ReadOnlySpan<long>)[state.EpisodeStart, state.WithoutValueStart, state.ModelSince, state.LastValueEnd, state.PastEpisodeEnd])
            writer.Write(ticks);
        writer.Write((byte)state.PastReason);
        writer.Write(state.ModelId ?? "");
        writer.Write(state.LastValue ?? double.NaN);
        writer.Write((byte)state.LastReason.Kind);
        writer.Write(state.LastReason.Value);
        writer.Write(state.LastReason.Threshold);
        writer.Write7BitEncodedInt64(state.LastReason.Count);
        writer.Write7BitEncodedInt64(state.LastReason.Needed);
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
            WithoutValueStart = reader.ReadInt64(),
            ModelSince = reader.ReadInt64(),
            LastValueEnd = reader.ReadInt64(),
            PastEpisodeEnd = reader.ReadInt64(),
            PastReason = (ResolveReason)reader.ReadByte(),
            ModelId = NullIfEmpty(reader.ReadString()),
            LastValue = reader.ReadDouble() is var value && double.IsNaN(value) ? null : value,
            LastReason = new(
                (ReasonKind)reader.ReadByte(), reader.ReadDouble(), reader.ReadDouble(), reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64()),
        };
    }

    private static Streak ReadRun(BinaryReader reader) => new(reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt64());

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
