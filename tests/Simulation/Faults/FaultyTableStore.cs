using System.Runtime.CompilerServices;
using MetricsAlerts.Routing;
using MetricsAlerts.Storage;
using Simulation.Ports;

namespace Simulation.Faults;

/// <summary>The tables as one process reaches them.</summary>
public sealed class FaultyTableStore(MemoryTableStore tables, Gate gate) : ITableStore
{
    private readonly Dictionary<string, ITable> _tables = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ITable GetTable(string name)
    {
        if (!_tables.TryGetValue(name, out var table))
            _tables[name] = table = new FaultyTable(tables.Find(name), gate);
        return table;
    }

    private sealed class FaultyTable(MemoryTable table, Gate gate) : ITable
    {
        private readonly string _get = $"{table.Name}.Get";
        private readonly string _query = $"{table.Name}.Query";
        private readonly string _commit = $"{table.Name}.Commit";

        public string Name => table.Name;

        public async ValueTask<TableRow?> GetAsync(string partitionKey, string rowKey, CancellationToken cancellationToken) =>
            await gate.CallAsync(_get, partitionKey, () => table.GetAsync(partitionKey, rowKey, CancellationToken.None).AsTask(), cancellationToken);

        public async IAsyncEnumerable<TableRow> QueryAsync(
            string partitionKey, RowKeyRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            // A long answer comes in pages, between which others write.
            const int PageSize = 5;
            while (true)
            {
                var from = range;
                var page = await gate.CallAsync(_query, partitionKey, () => Task.FromResult(table.Query(partitionKey, from, PageSize + 1)), cancellationToken);
                foreach (var row in page.Take(PageSize))
                    yield return row;
                if (page.Count <= PageSize)
                    yield break;
                range = range with { From = page[PageSize - 1].RowKey + "\0" };
            }
        }

        public async ValueTask<IReadOnlyList<string>> CommitAsync(
            string partitionKey, IReadOnlyList<TableOperation> operations, CancellationToken cancellationToken) =>
            await gate.CallAsync(_commit, partitionKey, () => Commit(partitionKey, operations), cancellationToken, canConflict: true);

        private async Task<IReadOnlyList<string>> Commit(string partitionKey, IReadOnlyList<TableOperation> operations)
        {
            var etags = await table.CommitAsync(partitionKey, operations, CancellationToken.None);
            if (HandlerScope.Current is { Sent: { } sent } scope && partitionKey == DestinationStore.PartitionKey(sent.Channel, sent.Group))
            {
                sent.IsRecorded = true;
                scope.Sent = null;
            }

            return etags;
        }
    }
}
