namespace MetricsAlerts.Storage;

/// <summary>A batch was refused because a row was not as the caller had last seen it. Nothing of the batch was applied.</summary>
public sealed class TableConflictException(string table, string partitionKey, string rowKey, string found, Exception? inner = null)
    : Exception($"Row '{partitionKey}/{rowKey}' of table '{table}' {found}.", inner)
{
    /// <summary>The row that did not match.</summary>
    public string RowKey { get; } = rowKey;
}
