using System.Collections.Concurrent;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Sqlite.Tables;

/// <summary>The tables of a database file.</summary>
public sealed class SqliteTableStore(SqliteDatabase database) : ITableStore
{
    private readonly ConcurrentDictionary<string, ITable> _tables = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ITable GetTable(string name) => _tables.GetOrAdd(name, key => new SqliteTable(database, key));
}
