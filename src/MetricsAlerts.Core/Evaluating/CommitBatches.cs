using MetricsAlerts.Storage;

namespace MetricsAlerts.Evaluating;

/// <summary>Cuts operations that belong together into as few batches as the tables take.</summary>
internal static class CommitBatches
{
    private const long MaxBytes = TableLimits.MaxBatchBytes;

    /// <summary>Headers, address and keys of one operation, and rather more.</summary>
    private const long AroundOperation = 8192;

    /// <summary>The name and type of one property, and rather more.</summary>
    private const long AroundProperty = 256;

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

    /// <summary>The most bytes that the operation can have on its way: any character is <c>\uXXXX</c> there, and binary is base64.</summary>
    private static long SizeOf(TableOperation operation) => AroundOperation + (operation.Written?.Properties.Values.Sum(SizeOf) ?? 0);

    private static long SizeOf(object value) => AroundProperty + value switch
    {
        byte[] binary => (binary.Length + 2L) / 3 * 4,
        string text => text.Length * 6L,
        _ => 0,
    };
}
