using System.Globalization;
using System.Runtime.CompilerServices;
using MetricsAlerts.Storage;

namespace Simulation.Ports;

/// <summary>A table in memory that does what <see cref="ITable"/> promises, and no more.</summary>
public sealed class MemoryTable(string name) : ITable
{
    private readonly SortedDictionary<string, SortedList<string, TableRow>> _partitions = new(StringComparer.Ordinal);
    private long _version;

    /// <inheritdoc/>
    public string Name => name;

    /// <summary>Every row with its partition key.</summary>
    public IEnumerable<(string Partition, TableRow Row)> Rows => _partitions.SelectMany(partition => partition.Value.Values.Select(row => (partition.Key, row)));

    /// <inheritdoc/>
    public ValueTask<TableRow?> GetAsync(string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        lock (_partitions)
            return new(_partitions.GetValueOrDefault(partitionKey)?.GetValueOrDefault(rowKey));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TableRow> QueryAsync(
        string partitionKey, RowKeyRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        foreach (var row in Query(partitionKey, range))
            yield return row;
    }

    /// <summary>The same at once, and no more rows than asked for.</summary>
    public IReadOnlyList<TableRow> Query(string partitionKey, RowKeyRange range, int most = int.MaxValue)
    {
        lock (_partitions)
        {
            if (!_partitions.TryGetValue(partitionKey, out var rows))
                return [];
            var found = new List<TableRow>();
            for (var index = range.From is null ? 0 : FirstAtOrAfter(rows, range.From); index < rows.Count && found.Count < most; index++)
            {
                if (!range.Contains(rows.GetKeyAtIndex(index)))
                    break;
                found.Add(rows.GetValueAtIndex(index));
            }

            return found;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> CommitAsync(
        string partitionKey, IReadOnlyList<TableOperation> operations, CancellationToken cancellationToken)
    {
        TableLimits.Check(partitionKey, operations);
        lock (_partitions)
        {
            var rows = _partitions.GetValueOrDefault(partitionKey);
            foreach (var operation in operations)
                Check(partitionKey, operation, rows?.GetValueOrDefault(operation.RowKey));
            if (rows is null)
                _partitions[partitionKey] = rows = new(StringComparer.Ordinal);
            IReadOnlyList<string> etags = [.. operations.Select(operation => Apply(rows, operation))];
            if (rows.Count == 0)
                _partitions.Remove(partitionKey);
            return new(etags);
        }
    }

    private static int FirstAtOrAfter(SortedList<string, TableRow> rows, string key)
    {
        var (low, high) = (0, rows.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(rows.GetKeyAtIndex(middle), key) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private void Check(string partitionKey, TableOperation operation, TableRow? stored)
    {
        var problem = operation switch
        {
            TableOperation.Insert when stored is not null => "exists already",
            TableOperation.Replace or TableOperation.Delete when stored is null => "is missing",
            TableOperation.Replace replace when replace.Row.ETag != "*" && replace.Row.ETag != stored!.ETag => "has changed",
            TableOperation.Delete delete when delete.ETag != "*" && delete.ETag != stored!.ETag => "has changed",
            _ => null,
        };
        if (problem is not null)
            throw new TableConflictException(name, partitionKey, operation.RowKey, problem);
    }

    private string Apply(SortedList<string, TableRow> rows, TableOperation operation)
    {
        var row = operation switch
        {
            TableOperation.Insert insert => insert.Row,
            TableOperation.Replace replace => replace.Row,
            TableOperation.Upsert upsert => upsert.Row,
            _ => null,
        };
        if (row is null)
        {
            rows.Remove(operation.RowKey);
            return "";
        }

        var etag = string.Create(CultureInfo.InvariantCulture, $"{++_version}");
        rows[operation.RowKey] = Copy(row) with { ETag = etag };
        return etag;
    }

    /// <summary>Nobody may change a stored row by changing what he wrote.</summary>
    private static TableRow Copy(TableRow row) =>
        row with { Properties = row.Properties.ToDictionary(pair => pair.Key, pair => pair.Value is byte[] bytes ? bytes.Clone() : pair.Value, StringComparer.Ordinal) };
}
