using MetricsAlerts.Sqlite.Tables;
using MetricsAlerts.Storage;
using MetricsAlerts.Testing;
using MetricsAlerts.Testing.Contracts;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Sqlite.Tests;

public sealed class SqliteTableTests : TableContract, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteDatabase _database;

    public SqliteTableTests()
    {
        _database = new(Options.Create(new SqliteOptions { File = _folder.File("tables.db") }));
        Store = new SqliteTableStore(_database);
    }

    protected override ITableStore Store { get; }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }
}
