using MetricsAlerts.Storage;

namespace MetricsAlerts.Evaluating;

/// <summary>Series partitions in the table <c>Series</c>: one query to load, one batch to commit.</summary>
internal sealed class SeriesStore(ITableStore tables)
{
    private const string RowKey = "series";

    private readonly ITable _table = tables.GetTable(PipelineTables.Series);

    public async Task<Loaded> LoadAsync(string deploymentId, string instance, CancellationToken cancellationToken)
    {
        var rows = new List<TableRow>(1);
        await foreach (var row in _table.QueryAsync(Key(deploymentId, instance), BinaryPayload.Rows(RowKey), cancellationToken))
            rows.Add(row);
        var partition = new SeriesPartition(deploymentId, instance);
        if (rows.Count > 0)
            PartitionFormat.Read(BinaryPayload.Load(rows), partition);
        return new(partition, rows);
    }

    /// <exception cref="TableConflictException">Another consumer has committed the partition since it was loaded.</exception>
    public async Task SaveAsync(Loaded loaded, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, object>
        {
            ["deployment"] = loaded.Partition.DeploymentId,
            ["instance"] = loaded.Partition.Instance,
            ["series"] = (long)loaded.Partition.Series.Count,
            ["openAlerts"] = (long)loaded.Partition.Series.Sum(series => series.Rules.Count(rule => rule.Announced.IsOpen)),
        };
        var operations = BinaryPayload.Save(RowKey, PartitionFormat.Write(loaded.Partition), properties, loaded.Rows);
        await _table.CommitAsync(Key(loaded.Partition.DeploymentId, loaded.Partition.Instance), operations, cancellationToken);
    }

    private static string Key(string deploymentId, string instance) => $"{deploymentId}|{instance}";

    /// <summary>A partition with the rows it was read from, whose ETags guard the commit.</summary>
    public sealed record Loaded(SeriesPartition Partition, IReadOnlyList<TableRow> Rows);
}
