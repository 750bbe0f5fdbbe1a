using MetricsAlerts.Storage;

namespace Simulation.Ports;

/// <summary>The tables of one world.</summary>
public sealed class MemoryTableStore : ITableStore
{
    private readonly Dictionary<string, MemoryTable> _tables = new(StringComparer.Ordinal);

    /// <summary>Every table that was asked for, by name.</summary>
    public IEnumerable<MemoryTable> Tables => _tables.Values.OrderBy(table => table.Name, StringComparer.Ordinal);

    /// <inheritdoc/>
    public ITable GetTable(string name) => Find(name);

    /// <summary>The table of this name.</summary>
    public MemoryTable Find(string name)
    {
        lock (_tables)
        {
            if (!_tables.TryGetValue(name, out var table))
                _tables[name] = table = new(name);
            return table;
        }
    }
}
