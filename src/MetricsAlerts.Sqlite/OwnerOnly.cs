namespace MetricsAlerts.Sqlite;

/// <summary>
/// Files that only their owner can read: they hold alerts, labels and dead letters. Windows has a user's folders for that.
/// </summary>
internal static class OwnerOnly
{
    public static FileStreamOptions Options(FileMode mode, FileShare share, FileOptions options = FileOptions.None)
    {
        var file = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, Options = options, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return file;
    }
}
