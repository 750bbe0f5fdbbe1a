namespace MetricsAlerts.Storage;

/// <summary>
/// A table in Table Storage's own model: rows addressed by partition key and row key, optimistic concurrency by ETag,
/// ordered range queries inside one partition, and batches that are atomic inside one partition.
/// </summary>
public interface ITable
{
    /// <summary>The table's name: 3 to 63 letters and digits, starting with a letter.</summary>
    string Name { get; }

    /// <summary>Reads one row, or null when there is none.</summary>
    ValueTask<TableRow?> GetAsync(string partitionKey, string rowKey, CancellationToken cancellationToken);

    /// <summary>Reads a partition's rows whose row key lies in <paramref name="range"/>, in ordinal order of row key.</summary>
    IAsyncEnumerable<TableRow> QueryAsync(string partitionKey, RowKeyRange range, CancellationToken cancellationToken);

    /// <summary>
    /// Applies every operation or none of them. At most <see cref="TableLimits.MaxBatchOperations"/> and
    /// <see cref="TableLimits.MaxBatchBytes"/>, each on another row.
    /// </summary>
    /// <returns>The new ETag of each operation's row, in order; an empty string for a deleted row.</returns>
    /// <exception cref="TableConflictException">A row exists already, is missing, or has another ETag: read again and decide
    /// anew.</exception>
    /// <exception cref="ArgumentException">It is over one of the <see cref="TableLimits"/>.</exception>
    ValueTask<IReadOnlyList<string>> CommitAsync(
        string partitionKey, IReadOnlyList<TableOperation> operations, CancellationToken cancellationToken);
}
