namespace MetricsAlerts.Storage;

/// <summary>One change of a row inside a batch.</summary>
public abstract record TableOperation(string RowKey)
{
    /// <summary>The row that is written; null when one is removed.</summary>
    public virtual TableRow? Written => null;

    /// <summary>Adds a row that must not exist yet.</summary>
    public sealed record Insert(TableRow Row) : TableOperation(Row.RowKey)
    {
        /// <inheritdoc/>
        public override TableRow Written => Row;
    }

    /// <summary>Replaces a row that must still have the ETag in <see cref="TableRow.ETag"/>.</summary>
    public sealed record Replace(TableRow Row) : TableOperation(Row.RowKey)
    {
        /// <inheritdoc/>
        public override TableRow Written => Row;
    }

    /// <summary>Writes a row, whether it exists or not.</summary>
    public sealed record Upsert(TableRow Row) : TableOperation(Row.RowKey)
    {
        /// <inheritdoc/>
        public override TableRow Written => Row;
    }

    /// <summary>Removes a row that must still have this ETag; <c>*</c> stands for any, but the row must exist.</summary>
    public sealed record Delete(string Key, string ETag) : TableOperation(Key);

    /// <summary>Inserts a row that was never stored, replaces one that was read.</summary>
    public static TableOperation Save(TableRow row) => row.ETag.Length == 0 ? new Insert(row) : new Replace(row);
}
