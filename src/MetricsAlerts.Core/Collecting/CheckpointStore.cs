using System.Globalization;
using MetricsAlerts.Formats;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Collecting;

/// <summary>
/// Checkpoints in the table <c>Checkpoints</c>, a partition for each deployment: the row <c>deployment</c> holds the number of its last
/// reading, and each instance has a row, or a few.
/// </summary>
public sealed class CheckpointStore(ITableStore tables)
{
    private const string DeploymentRow = "deployment";
    private const string InstancePrefix = "i|";

    /// <summary>A longer instance is replaced by a derived id in its row keys.</summary>
    private const int MaxKeyedInstance = 400;

    /// <summary>Table Storage takes 4 MiB in a request, in which bytes are base64.</summary>
    private const int MaxCommitBytes = 3 * 1024 * 1024;

    /// <summary>What an operation takes beside its bytes, generously.</summary>
    private const int OperationBytes = 2 * 1024;

    private readonly ITable _table = tables.GetTable(PipelineTables.Checkpoints);

    internal async Task<Checkpoint> LoadAsync(string deploymentId, CancellationToken cancellationToken)
    {
        TableRow? deployment = null;
        var instances = new List<TableRow>();
        var others = new List<TableRow>();
        await foreach (var row in _table.QueryAsync(deploymentId, RowKeyRange.All, cancellationToken))
        {
            if (row.RowKey == DeploymentRow)
                deployment = row;
            else
                (IsInstance(row) ? instances : others).Add(row);
        }

        var checkpoint = new Checkpoint(deploymentId)
        {
            Reading = deployment?.Number("reading") ?? 0,
            Facts = deployment?.Text("facts") ?? "",
            Models = ModelTimeline.Parse(deployment?.Text("models") ?? ""),
            ETag = deployment?.ETag ?? "",
        };
        foreach (var rows in instances.GroupBy(row => row.Text("instance")!, StringComparer.Ordinal))
            Read(rows.OrderBy(row => row.RowKey, StringComparer.Ordinal).ToList(), checkpoint.Restore(rows.Key, [.. rows]));
        foreach (var row in others)
            checkpoint.Remove(row);
        return checkpoint;
    }

    /// <summary>
    /// Saves what has changed. More than a batch can take is saved in several, so a crash, or a refused batch, can leave some instances
    /// as they were before. That keeps the promise: everything was published before, so what such an instance lacks is published again
    /// at the next tick, and Evaluate finds nothing new in it. The deployment's row is in the first batch: of two processes that
    /// collect the same deployment the later one is refused before it has saved anything.
    /// </summary>
    internal async Task SaveAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, object>
        {
            ["reading"] = checkpoint.Reading,
            ["facts"] = checkpoint.Facts,
            ["models"] = checkpoint.Models.ToString(),
        };
        var deployment = new TableRow(DeploymentRow, properties) { ETag = checkpoint.ETag };
        List<TableOperation> operations =
        [
            TableOperation.Save(deployment),
            .. checkpoint.Instances.Where(instance => instance.IsChanged).SelectMany(Save),
            .. checkpoint.Removed.Select(Delete),
        ];
        await CommitAsync(checkpoint.DeploymentId, operations, cancellationToken);
    }

    /// <summary>Removes all that is known of a deployment.</summary>
    internal async Task RemoveAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        List<TableOperation> operations =
        [
            .. checkpoint.ETag.Length > 0 ? [new TableOperation.Delete(DeploymentRow, checkpoint.ETag)] : (TableOperation[])[],
            .. checkpoint.Instances.SelectMany(instance => instance.Stored).Concat(checkpoint.Removed).Select(Delete),
        ];
        await CommitAsync(checkpoint.DeploymentId, operations, cancellationToken);
    }

    private async Task CommitAsync(string deploymentId, List<TableOperation> operations, CancellationToken cancellationToken)
    {
        var batch = new List<TableOperation>();
        var bytes = 0;
        foreach (var operation in operations)
        {
            var size = OperationBytes + BytesOf(operation);
            if (batch.Count == TableLimits.MaxBatchOperations || (batch.Count > 0 && bytes + size > MaxCommitBytes))
            {
                await _table.CommitAsync(deploymentId, batch, cancellationToken);
                (batch, bytes) = ([], 0);
            }

            batch.Add(operation);
            bytes += size;
        }

        if (batch.Count > 0)
            await _table.CommitAsync(deploymentId, batch, cancellationToken);
    }

    private static IEnumerable<TableOperation> Save(InstanceCheckpoint checkpoint)
    {
        var stored = checkpoint.Stored.ToDictionary(row => row.RowKey, StringComparer.Ordinal);
        var properties = new Dictionary<string, object>
        {
            ["instance"] = checkpoint.Instance,
            ["lastNamed"] = checkpoint.LastNamed,
            ["isMissing"] = checkpoint.IsMissing,
        };
        var parts = CheckpointFormat.Write(checkpoint);
        for (var part = 0; part < parts.Count; part++)
        {
            var key = RowKey(checkpoint.Instance, part);
            foreach (var operation in BinaryPayload.Save(key, parts[part], properties, stored.Remove(key, out var row) ? [row] : []))
                yield return operation;
        }

        foreach (var surplus in stored.Values)
            yield return Delete(surplus);
    }

    private static void Read(IReadOnlyList<TableRow> rows, InstanceCheckpoint into)
    {
        into.Restore(rows[0].Time("lastNamed") ?? DateTimeOffset.MinValue, rows[0].Properties.GetValueOrDefault("isMissing") is true);
        foreach (var row in rows)
            CheckpointFormat.Read(BinaryPayload.Load([row]), into);
    }

    private static bool IsInstance(TableRow row) =>
        row.RowKey.StartsWith(InstancePrefix, StringComparison.Ordinal) && row.Text("instance") is not null;

    private static string RowKey(string instance, int part)
    {
        var key = instance.Length <= MaxKeyedInstance ? instance : DerivedId.From(instance);
        return string.Create(CultureInfo.InvariantCulture, $"{InstancePrefix}{key}|{part:00}");
    }

    private static TableOperation Delete(TableRow row) => new TableOperation.Delete(row.RowKey, row.ETag);

    private static int BytesOf(TableOperation operation) => operation switch
    {
        TableOperation.Insert insert => BytesOf(insert.Row),
        TableOperation.Replace replace => BytesOf(replace.Row),
        _ => 0,
    };

    private static int BytesOf(TableRow row) => row.Properties.Values.OfType<byte[]>().Sum(bytes => bytes.Length);
}
