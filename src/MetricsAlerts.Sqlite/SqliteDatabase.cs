using System.Collections.Concurrent;
using System.Threading.Channels;
using MetricsAlerts.Sqlite.Queues;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Sqlite;

/// <summary>
/// One database file in WAL mode. Writes go through one writer that commits whatever is waiting together, so that many small commits cost
/// one sync; each write is all or nothing by itself. Reads run beside it on connections of their own.
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    private const int MaxGroup = 256;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS rows(tbl TEXT NOT NULL, pk TEXT NOT NULL, rk TEXT NOT NULL, etag INTEGER NOT NULL,
            properties BLOB NOT NULL, PRIMARY KEY(tbl, pk, rk)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS messages(seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, session TEXT NOT NULL,
            id TEXT NOT NULL, schema TEXT NOT NULL, body BLOB NOT NULL, trace TEXT, enqueue_at INTEGER NOT NULL,
            deliveries INTEGER NOT NULL DEFAULT 0, sent_at INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX IF NOT EXISTS messages_by_session ON messages(queue, session, seq);
        CREATE INDEX IF NOT EXISTS messages_by_arrival ON messages(queue, seq, enqueue_at, session);
        CREATE TABLE IF NOT EXISTS locks(queue TEXT NOT NULL, session TEXT NOT NULL, token TEXT NOT NULL, owner TEXT NOT NULL,
            locked_until INTEGER NOT NULL, held_until INTEGER NOT NULL, PRIMARY KEY(queue, session)) WITHOUT ROWID;
        DROP TABLE IF EXISTS sessions;
        CREATE TABLE IF NOT EXISTS seen(queue TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL,
            PRIMARY KEY(queue, id)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS seen_by_end ON seen(queue, until);
        CREATE TABLE IF NOT EXISTS dead_letters(seq INTEGER PRIMARY KEY, queue TEXT NOT NULL, session TEXT NOT NULL, id TEXT NOT NULL,
            schema TEXT NOT NULL, body BLOB NOT NULL, trace TEXT, enqueue_at INTEGER NOT NULL, deliveries INTEGER NOT NULL,
            reason TEXT NOT NULL, description TEXT NOT NULL, dead_at INTEGER NOT NULL);
        """;

    private readonly Channel<IWrite> _writes = Channel.CreateUnbounded<IWrite>(new() { SingleReader = true });
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly string _connectionString;
    private readonly Task _writer;
    private volatile bool _isClosed;

    /// <summary>Opens the file, which only its owner can read when it is new, and brings its schema up.</summary>
    /// <exception cref="DatabaseFileException">It cannot be used.</exception>
    public SqliteDatabase(IOptions<SqliteOptions> options)
    {
        File = Path.GetFullPath(options.Value.File);
        Owner = new(File);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = File, Pooling = false, DefaultTimeout = 30 }.ToString();
        var synchronous = options.Value.Durability == Durability.Full ? "FULL" : "NORMAL";

        // A checkpoint each 64 MiB of log: pages that are written again and again are copied into the file once.
        var session = Open(
            $"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=16384;");
        _writer = Task.Run(() => WriteAllAsync(session));
    }

    /// <summary>The database file's full path.</summary>
    public string File { get; }

    /// <summary>Whose the locks are that are taken through this object.</summary>
    internal QueueOwner Owner { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        _writes.Writer.TryComplete();
        await _writer;
        CloseReaders();
        Owner.Dispose();
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction; when the task completes, it is durable. An exception undoes this work alone. The work
    /// may be run more than once, so it must change nothing but the database.
    /// </summary>
    internal async Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var write = new Write<T>(work);
        ObjectDisposedException.ThrowIf(!_writes.Writer.TryWrite(write), this);
        return await write.Task;
    }

    /// <summary>Runs a query on the last committed state.</summary>
    internal T Read<T>(Func<SqliteSession, T> query)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);

        // Whenever something was written, a reader's cache is void; the map spares the copy of each page.
        if (!_readers.TryTake(out var session))
            session = new SqliteSession(_connectionString, "PRAGMA query_only=1; PRAGMA cache_size=-8192; PRAGMA mmap_size=67108864;");
        try
        {
            return query(session);
        }
        catch (SqliteException exception)
        {
            throw new DatabaseFileException(File, exception);
        }
        finally
        {
            _readers.Add(session);
            if (_isClosed)
                CloseReaders();
        }
    }

    private async Task WriteAllAsync(SqliteSession session)
    {
        var group = new List<IWrite>(MaxGroup);
        while (await _writes.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < MaxGroup && _writes.Reader.TryRead(out var write))
                group.Add(write);
            Commit(session, group);
        }

        using (session)
            LetGo(session);
    }

    /// <summary>Nobody works any more on what is still locked: others need not wait for it.</summary>
    private void LetGo(SqliteSession session)
    {
        try
        {
            session.Run("DELETE FROM locks WHERE owner=$owner", ("$owner", Owner.Id));
        }
        catch (SqliteException)
        {
            // The next process finds the owner gone.
        }
    }

    private void CloseReaders()
    {
        while (_readers.TryTake(out var reader))
            reader.Dispose();
    }

    private SqliteSession Open(string pragmas)
    {
        SqliteSession? session = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(File)!);

            // SQLite gives its other files the rights of this one.
            if (!System.IO.File.Exists(File))
                new FileStream(File, OwnerOnly.Options(FileMode.OpenOrCreate, FileShare.ReadWrite)).Dispose();
            session = new SqliteSession(_connectionString, pragmas);
            if (SQLitePCL.raw.sqlite3_db_readonly(session.Connection.Handle, "main") != 0)
                throw new UnauthorizedAccessException("it cannot be written");
            session.Run(Schema);
            if (session.Scalar("SELECT 1 FROM pragma_table_info('messages') WHERE name='sent_at'") is null)
                session.Run("ALTER TABLE messages ADD COLUMN sent_at INTEGER NOT NULL DEFAULT 0");
            return session;
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            session?.Dispose();
            throw new DatabaseFileException(File, exception);
        }
    }

    private void Commit(SqliteSession session, List<IWrite> group)
    {
        try
        {
            if (!TryTogether(session, group))
                EachByItself(session, group);
        }
        catch (SqliteException exception)
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(session.Connection.Handle) == 0)
                session.Run("ROLLBACK");
            var failure = new DatabaseFileException(File, exception);
            foreach (var write in group)
                write.Fail(failure);
            return;
        }

        foreach (var write in group)
            write.Finish();
    }

    /// <summary>
    /// Nearly always all go well, and nothing needs a savepoint. Answers false, with everything undone, when one does not.
    /// </summary>
    private static bool TryTogether(SqliteSession session, List<IWrite> group)
    {
        session.Run("BEGIN IMMEDIATE");
        foreach (var write in group)
        {
            if (write.TryRun(session))
                continue;
            session.Run("ROLLBACK");
            return group.Count == 1;
        }

        session.Run("COMMIT");
        return true;
    }

    private static void EachByItself(SqliteSession session, List<IWrite> group)
    {
        session.Run("BEGIN IMMEDIATE");
        foreach (var write in group)
        {
            session.Run("SAVEPOINT work");
            if (!write.TryRun(session))
                session.Run("ROLLBACK TO work");
            session.Run("RELEASE work");
        }

        session.Run("COMMIT");
    }

    private interface IWrite
    {
        bool TryRun(SqliteSession session);

        void Fail(Exception exception);

        void Finish();
    }

    private sealed class Write<T>(Func<SqliteSession, T> work) : IWrite
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;
        private Exception? _exception;

        public Task<T> Task => _completion.Task;

        public bool TryRun(SqliteSession session)
        {
            _exception = null;
            try
            {
                _result = work(session);
                return true;
            }
            catch (Exception exception)
            {
                _exception = exception is SqliteException ? new DatabaseFileException(session.Connection.DataSource, exception) : exception;
                return false;
            }
        }

        public void Fail(Exception exception) => _completion.TrySetException(_exception ?? exception);

        public void Finish()
        {
            if (_exception is null)
                _completion.TrySetResult(_result!);
            else
                _completion.TrySetException(_exception);
        }
    }
}
