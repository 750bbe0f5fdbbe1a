using MetricsAlerts.Storage;

namespace MetricsAlerts.Collecting;

/// <summary>Checkpoints in the table <c>Checkpoints</c>: one for each deployment, in a partition of its own; known ids are rows of the partition <c>known</c>.</summary>
internal sealed class CheckpointStore(ITableStore tables)
{
    private const string KnownPartition = "known";
    private const string RowKey = "checkpoint";
    private const byte Format = 1;

    private readonly ITable _table = tables.GetTable(PipelineTables.Checkpoints);

    /// <summary>Every deployment that was ever collected, with the time of the last attempt.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ListKnownAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var row in _table.QueryAsync(KnownPartition, RowKeyRange.All, cancellationToken))
            known[row.RowKey] = row.Time("attempted") ?? DateTimeOffset.MinValue;
        return known;
    }

    /// <summary>Notes when these deployments were last attempted.</summary>
    public async Task NoteAttemptsAsync(IReadOnlyDictionary<string, DateTimeOffset> attempts, CancellationToken cancellationToken)
    {
        foreach (var batch in attempts.Chunk(TableLimits.MaxBatchOperations))
        {
            var operations = batch.Select(attempt => new TableOperation.Upsert(new(attempt.Key, new Dictionary<string, object> { ["attempted"] = attempt.Value })));
            await _table.CommitAsync(KnownPartition, [.. operations], cancellationToken);
        }
    }

    public async Task<Loaded> LoadAsync(string deploymentId, CancellationToken cancellationToken)
    {
        var rows = new List<TableRow>(1);
        await foreach (var row in _table.QueryAsync(deploymentId, BinaryPayload.Rows(RowKey), cancellationToken))
            rows.Add(row);
        var checkpoint = new Checkpoint(deploymentId);
        if (rows.Count > 0)
            Read(BinaryPayload.Load(rows), checkpoint);
        return new(checkpoint, rows);
    }

    public async Task SaveAsync(Loaded loaded, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, object> { ["version"] = loaded.Checkpoint.Version };
        await _table.CommitAsync(
            loaded.Checkpoint.DeploymentId, BinaryPayload.Save(RowKey, Write(loaded.Checkpoint), properties, loaded.Rows), cancellationToken);
    }

    public async Task RemoveAsync(Loaded loaded, CancellationToken cancellationToken)
    {
        if (loaded.Rows.Count > 0)
            await _table.CommitAsync(loaded.Checkpoint.DeploymentId, [.. loaded.Rows.Select(row => new TableOperation.Delete(row.RowKey, row.ETag))], cancellationToken);
        if (await _table.GetAsync(KnownPartition, loaded.Checkpoint.DeploymentId, cancellationToken) is { } known)
            await _table.CommitAsync(KnownPartition, [new TableOperation.Delete(known.RowKey, "*")], cancellationToken);
    }

    private static byte[] Write(Checkpoint checkpoint)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        writer.Write(Format);
        writer.Write7BitEncodedInt64(checkpoint.Version);
        writer.Write7BitEncodedInt(checkpoint.Series.Count);
        foreach (var ((instance, name), series) in checkpoint.Series)
        {
            writer.Write(instance);
            writer.Write(name.Metric);
            writer.Write7BitEncodedInt64(name.Bucket.Ticks);
            writer.Write7BitEncodedInt(series.Published.Count);
            var before = 0L;
            foreach (var (start, fingerprint) in series.Published.OrderBy(pair => pair.Key))
            {
                writer.Write7BitEncodedInt64((start - before) / TimeSpan.TicksPerMinute);
                writer.Write(fingerprint);
                before = start;
            }
        }

        writer.Flush();
        return buffer.ToArray();
    }

    private static void Read(byte[] bytes, Checkpoint into)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        if (reader.ReadByte() is var format && format != Format)
            throw new InvalidDataException($"The checkpoint of deployment {into.DeploymentId} has format {format}; this program reads format {Format}.");
        into.Version = reader.Read7BitEncodedInt64();
        var count = reader.Read7BitEncodedInt();
        for (var i = 0; i < count; i++)
        {
            var series = into.Of(reader.ReadString(), new(reader.ReadString(), TimeSpan.FromTicks(reader.Read7BitEncodedInt64())));
            var windows = reader.Read7BitEncodedInt();
            var start = 0L;
            for (var w = 0; w < windows; w++)
            {
                start += reader.Read7BitEncodedInt64() * TimeSpan.TicksPerMinute;
                series.Note(start, reader.ReadInt64());
            }
        }
    }

    /// <summary>A checkpoint with the rows it was read from.</summary>
    public sealed record Loaded(Checkpoint Checkpoint, IReadOnlyList<TableRow> Rows);
}
