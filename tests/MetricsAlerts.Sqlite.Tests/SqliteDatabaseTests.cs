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

    // R7
    [Fact]
    public async Task Only_the_owner_can_read_the_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such rights.");
        using var folder = new TemporaryFolder();
        await using var database = Open(folder.File("x.db"));
        await database.WriteAsync(
            session => session.Run("INSERT INTO seen(queue, id, until) VALUES('q', '1', 0)"), TestContext.Current.CancellationToken);
        database.Owner.Hold();

        var files = Directory.GetFiles(Path.GetDirectoryName(database.File)!);
        Assert.Equal(4, files.Length);
#pragma warning disable CA1416 // The test is skipped on Windows.
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
#pragma warning restore CA1416
    }

    // R16
    [Fact]
    public void A_file_that_is_no_database_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("x.db"), string.Concat(Enumerable.Repeat("This is a text. ", 1000)));
        Directory.CreateDirectory(folder.File("folder.db"));
        File.WriteAllText(folder.File("file"), "");

        Assert.Contains("x.db cannot be used: it is no database.", Refusal(folder.File("x.db")), StringComparison.Ordinal);
        Assert.Contains("folder.db cannot be used: it is a directory.", Refusal(folder.File("folder.db")), StringComparison.Ordinal);
        Assert.Contains("y.db cannot be used: ", Refusal(Path.Combine(folder.File("file"), "y.db")), StringComparison.Ordinal);

        static string Refusal(string file) => Assert.Throws<DatabaseFileException>(() => Open(file)).Message;
    }

    [Fact]
    public async Task A_closed_database_leaves_nothing_behind_and_says_that_it_is_closed()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var database = Open(folder.File("x.db"));
        await database.WriteAsync(session => session.Run("INSERT INTO seen(queue, id, until) VALUES('q', '1', 0)"), cancellation);
        database.Read(session => session.Scalar("SELECT COUNT(*) FROM seen"));
        database.Owner.Hold();

        await database.DisposeAsync();
        await database.DisposeAsync();

        Assert.Equal([database.File], Directory.GetFiles(Path.GetDirectoryName(database.File)!));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => database.WriteAsync(session => session.Run("DELETE FROM seen"), cancellation));
        Assert.Throws<ObjectDisposedException>(() => database.Read(session => session.Scalar("SELECT 1")));
    }

    private static SqliteDatabase Open(string file) => new(Options.Create(new SqliteOptions { File = file }));
}
