namespace MetricsAlerts.Sqlite.Queues;

/// <summary>
/// Whose the locks of an open database file are. While it is open, the owner holds a file beside it, named after its id, that
/// nobody else can
/// open. The operating system lets go of it when the process ends, however it ends, so others can tell at once whether an owner is gone:
/// by <c>flock</c> on Linux and macOS, by the share mode on Windows. Where files cannot be held (some network file systems),
/// nobody is taken
/// for gone, and locks end with their time.
/// </summary>
internal sealed class QueueOwner : IDisposable
{
    private readonly string _database;
    private readonly Lock _lock = new();
    private FileStream? _held;
    private bool _canTell;

    public QueueOwner(string database) => _database = database;

    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Makes sure that the file is held; before the first lock is taken.</summary>
    public void Hold()
    {
        lock (_lock)
        {
            if (_held is not null)
                return;
            Sweep();
            _held = Create();

            // Another open fails where files can be held, even in this process.
            using var again = _held is null ? null : Open(FileOf(Id), FileMode.Open);
            _canTell = _held is not null && again is null;
        }
    }

    /// <summary>Whether another owner's process has ended.</summary>
    public bool IsGone(string id)
    {
        Hold();
        if (!_canTell || id == Id)
            return false;
        if (!File.Exists(FileOf(id)))
            return true;
        using var taken = Open(FileOf(id), FileMode.Open);
        return taken is not null;
    }

    public void Dispose()
    {
        lock (_lock)
            _held?.Dispose();
    }

    /// <summary>Somebody else's sweep may take the file between its creation and its being held: then once more.</summary>
    private FileStream? Create()
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var created = Open(FileOf(Id), FileMode.OpenOrCreate);
            if (created is not null && File.Exists(FileOf(Id)))
                return created;
            created?.Dispose();
        }

        return null;
    }

    /// <summary>Files of processes that ended without tidying up, whether they had locks or not.</summary>
    private void Sweep()
    {
        var prefix = Path.GetFileName(FileOf(""));
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(_database)!, $"{prefix}*"))
            Open(file, FileMode.Open)?.Dispose();
    }

    private string FileOf(string id) => $"{_database}-owner-{id}";

    /// <summary>Null when somebody else has it. Whoever has it removes it with the last use.</summary>
    private static FileStream? Open(string file, FileMode mode)
    {
        try
        {
            return new(file, OwnerOnly.Options(mode, FileShare.None, FileOptions.DeleteOnClose));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
