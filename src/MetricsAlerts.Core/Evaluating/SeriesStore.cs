using MetricsAlerts.Storage;

namespace MetricsAlerts.Evaluating;

/// <summary>
/// Series partitions in the table <c>Series</c>: one query to load, one batch to commit. The row <c>series</c> holds states and recent windows, the row
/// <c>earlier</c> the other windows; the first is written with every change, so that its ETag guards both.
/// </summary>
internal sealed class SeriesStore(ITableStore tables)
{
    private const string Recent = "series";
    private const string Earlier = "earlier";

    private static readonly RowKeyRange Both = new(BinaryPayload.Rows(Earlier).From, BinaryPayload.Rows(Recent).To);

    private readonly ITable _table = tables.GetTable(PipelineTables.Series);

    /// <summary>Loads a partition without its earlier windows.</summary>
    public Task<Loaded> LoadRecentAsync(string deploymentId, string instance, CancellationToken cancellationToken) =>
        LoadAsync(new(deploymentId, instance), BinaryPayload.Rows(Recent), cancellationToken);

    /// <summary>Loads a partition with all its windows.</summary>
    public Task<Loaded> LoadWholeAsync(string deploymentId, string instance, CancellationToken cancellationToken) =>
        LoadAsync(new(deploymentId, instance), Both, cancellationToken);

    /// <exception cref="TableConflictException">Another consumer has committed the partition since it was loaded.</exception>
    public async Task SaveAsync(Loaded loaded, CancellationToken cancellationToken)
    {
        var partition = loaded.Partition;
        var properties = new Dictionary<string, object>
        {
            ["deployment"] = partition.DeploymentId,
            ["instance"] = partition.Instance,
            ["series"] = (long)partition.Series.Count,
            ["openAlerts"] = (long)partition.Series.Sum(series => series.Rules.Count(rule => rule.Announced.IsOpen)),
        };
        if (partition.IsWhole)
            RecentWindows.PutApart(partition);
        IReadOnlyList<TableOperation> operations =
        [
            .. BinaryPayload.Save(Recent, PartitionFormat.WriteRecent(partition), properties, loaded.Recent),
            .. partition.IsWhole ? SaveEarlier(loaded) : [],
        ];
        await _table.CommitAsync(Key(partition.DeploymentId, partition.Instance), operations, cancellationToken);
    }

    private async Task<Loaded> LoadAsync(SeriesPartition partition, RowKeyRange range, CancellationToken cancellationToken)
    {
        var (recent, earlier) = (new List<TableRow>(1), new List<TableRow>());
        await foreach (var row in _table.QueryAsync(Key(partition.DeploymentId, partition.Instance), range, cancellationToken))
            (row.RowKey.StartsWith(Earlier, StringComparison.Ordinal) ? earlier : recent).Add(row);
        var bytes = range == Both ? BinaryPayload.Load(earlier) : null;
        if (recent.Count > 0)
            PartitionFormat.Read(BinaryPayload.Load(recent), bytes, partition);
        return new(partition, recent, earlier, bytes ?? []);
    }

    /// <summary>Nothing, where the earlier windows are as they were.</summary>
    private static IReadOnlyList<TableOperation> SaveEarlier(Loaded loaded)
    {
        var bytes = PartitionFormat.WriteEarlier(loaded.Partition);
        if (bytes.AsSpan().SequenceEqual(loaded.EarlierBytes))
            return [];
        return bytes.Length > 0
            ? BinaryPayload.Save(Earlier, bytes, new Dictionary<string, object>(), loaded.Earlier)
            : [.. loaded.Earlier.Select(row => new TableOperation.Delete(row.RowKey, row.ETag))];
    }

    private static string Key(string deploymentId, string instance) => $"{deploymentId}|{instance}";

    /// <summary>A partition with the rows it was read from, whose ETags guard the commit.</summary>
    public sealed record Loaded(SeriesPartition Partition, IReadOnlyList<TableRow> Recent, IReadOnlyList<TableRow> Earlier, byte[] EarlierBytes);
}
