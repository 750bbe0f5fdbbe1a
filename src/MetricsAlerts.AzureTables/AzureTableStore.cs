using System.Collections.Concurrent;
using Azure.Data.Tables;
using MetricsAlerts.Storage;

namespace MetricsAlerts.AzureTables;

/// <summary>The tables of a storage account.</summary>
public sealed class AzureTableStore(TableServiceClient service) : ITableStore
{
    private readonly ConcurrentDictionary<string, ITable> _tables = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ITable GetTable(string name) => _tables.GetOrAdd(name, key => new AzureTable(service.GetTableClient(key)));
}
