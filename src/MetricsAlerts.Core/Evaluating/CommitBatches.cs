using MetricsAlerts.Storage;

namespace MetricsAlerts.Evaluating;

/// <summary>Cuts operations that belong together into as few batches as the tables take.</summary>
internal static class CommitBatches
{
    /// <summary>Below the 4 MiB of a transaction: binary grows by a third on its way, and each operation has headers of its own.</summary>
    private const int MaxBytes = 2_500_000;

    /// <summary>The batches, in order; a group is cut only when it does not fit into a batch by itself.</summary>
    public static IEnumerable<IReadOnlyList<TableOperation>> Of(IEnumerable<IReadOnlyList<TableOperation>> groups)
    {
        var batch = new List<TableOperation>();
        var bytes = 0L;
        foreach (var group in groups)
        {
            var size = group.Sum(SizeOf);
            var fits = batch.Count + group.Count <= TableLimits.MaxBatchOperations && bytes + size <= MaxBytes;
            if (!fits && batch.Count > 0)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            // Alerts come first in a group: whatever a crash leaves is put right by the same batch of windows, which comes again.
            foreach (var operation in group)
            {
                var one = SizeOf(operation);
                if (batch.Count > 0 && (batch.Count == TableLimits.MaxBatchOperations || bytes + one > MaxBytes))
                {
                    yield return batch;
                    (batch, bytes) = ([], 0);
                }

                batch.Add(operation);
                bytes += one;
            }
        }

        if (batch.Count > 0)
            yield return batch;
    }

    private static long SizeOf(TableOperation operation) => operation switch
    {
        TableOperation.Insert insert => SizeOf(insert.Row),
        TableOperation.Replace replace => SizeOf(replace.Row),
        TableOperation.Upsert upsert => SizeOf(upsert.Row),
        _ => operation.RowKey.Length,
    };

    private static long SizeOf(TableRow row) =>
        row.Properties.Values.Sum(value => value switch { byte[] binary => binary.Length, string text => text.Length * 2L, _ => 16L }) + row.RowKey.Length;
}
