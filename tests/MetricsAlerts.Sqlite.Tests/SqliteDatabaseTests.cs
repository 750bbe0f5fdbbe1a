using MetricsAlerts.Testing;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Sqlite.Tests;

public sealed class SqliteDatabaseTests
{
    [Fact]
    public async Task A_write_that_throws_undoes_itself_and_no_other()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await using var database = new SqliteDatabase(Options.Create(new SqliteOptions { File = folder.File("x.db") }));
        var writes = Enumerable.Range(0, 50).Select(i => database.WriteAsync(
            session =>
            {
                session.Run("INSERT INTO seen(queue, id, until) VALUES('q', $id, 0)", ("$id", $"{i}"));
                return i % 2 == 0 ? i : throw new InvalidOperationException($"{i}");
            },
            cancellation)).ToList();

        var failed = 0;
        foreach (var write in writes)
        {
            try
            {
                await write;
            }
            catch (InvalidOperationException)
            {
                failed++;
            }
        }

        Assert.Equal(25, failed);
        Assert.Equal(25L, database.Read(session => session.Scalar("SELECT COUNT(*) FROM seen")));
    }
}
