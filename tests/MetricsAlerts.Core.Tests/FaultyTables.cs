using MetricsAlerts.Storage;

namespace MetricsAlerts.Core.Tests;

/// <summary>Tables that fail where a test says so, and show what is committed.</summary>
internal sealed class FaultyTables(ITableStore inner) : ITableStore
{
    private readonly Dictionary<string, ITable> _tables = [];

    /// <summary>Runs before every commit, with the table and partition and the operations; an exception is the commit's.</summary>
    public Action<string, IReadOnlyList<TableOperation>> OnCommit { get; set; } = (_, _) => { };

    /// <summary>Runs after every commit that went well; an exception is that of a process that dies before it knows.</summary>
    public Action<string, IReadOnlyList<TableOperation>> OnCommitted { get; set; } = (_, _) => { };

    /// <summary>Runs before every query, with the table.</summary>
    public Action<string> OnQuery { get; set; } = _ => { };

    public ITable GetTable(string name)
    {
        lock (_tables)
        {
            if (!_tables.TryGetValue(name, out var table))
                _tables[name] = table = new FaultyTable(this, inner.GetTable(name));
            return table;
        }
    }

    private sealed class FaultyTable(FaultyTables tables, ITable inner) : ITable
    {
        public string Name => inner.Name;

        public ValueTask<TableRow?> GetAsync(string partitionKey, string rowKey, CancellationToken cancellationToken) =>
            inner.GetAsync(partitionKey, rowKey, cancellationToken);

        public IAsyncEnumerable<TableRow> QueryAsync(string partitionKey, RowKeyRange range, CancellationToken cancellationToken)
        {
            tables.OnQuery(Name);
            return inner.QueryAsync(partitionKey, range, cancellationToken);
        }

        public async ValueTask<IReadOnlyList<string>> CommitAsync(
            string partitionKey, IReadOnlyList<TableOperation> operations, CancellationToken cancellationToken)
        {
            tables.OnCommit($"{Name}/{partitionKey}", operations);
            var etags = await inner.CommitAsync(partitionKey, operations, cancellationToken);
            tables.OnCommitted($"{Name}/{partitionKey}", operations);
            return etags;
        }
    }
}
