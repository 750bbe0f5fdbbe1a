namespace MetricsAlerts.Sqlite;

/// <summary>A database file cannot be used; the message names it and says why.</summary>
public sealed class DatabaseFileException(string file, Exception inner)
    : IOException($"The database file {file} cannot be used: {Reason(file, inner)}.", inner)
{
    private static string Reason(string file, Exception inner) => inner switch
    {
        _ when Directory.Exists(file) => "it is a directory",
        Microsoft.Data.Sqlite.SqliteException sqlite => sqlite.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_NOTADB => "it is no database",
            SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_PERM =>
                "it, or the folder that it is in, cannot be written",
            SQLitePCL.raw.SQLITE_CORRUPT => "it is damaged",
            SQLitePCL.raw.SQLITE_FULL => "the disk is full",
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => "another process holds it for too long",
            _ => sqlite.Message.TrimEnd('.'),
        },
        _ => inner.Message.TrimEnd('.'),
    };
}
