using System.Globalization;
using System.Runtime.CompilerServices;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Sqlite.Tables;

/// <summary>
/// A table as rows of one SQLite table. ETags are random numbers, so that a row that was deleted and written again is never
/// taken for the old one.
/// </summary>
internal sealed class SqliteTable(SqliteDatabase database, string name) : ITable
{
    private const string AfterAll = "\U0010FFFF\U0010FFFF";
    private const int Page = 500;

    public string Name => name;

    public ValueTask<TableRow?> GetAsync(string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        ValueTask.FromResult(database.Read(session => Find(session, partitionKey, rowKey)));

    public async IAsyncEnumerable<TableRow> QueryAsync(
        string partitionKey, RowKeyRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = range.From ?? "";
        var isFirst = true;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = ReadPage(partitionKey, after, isFirst, range.To);
            foreach (var row in rows)
                yield return row;
            if (rows.Count < Page)
                yield break;
            after = rows[^1].RowKey;
            isFirst = false;
            await Task.Yield();
        }
    }

    public async ValueTask<IReadOnlyList<string>> CommitAsync(
        string partitionKey, IReadOnlyList<TableOperation> operations, CancellationToken cancellationToken)
    {
        TableLimits.Check(partitionKey, operations);
        return await database.WriteAsync(
            session =>
            {
                var etags = new string[operations.Count];
                for (var i = 0; i < operations.Count; i++)
                    etags[i] = Apply(session, partitionKey, operations[i]);
                return etags;
            },
            cancellationToken);
    }

    /// <summary>
    /// A bound is needed even where there is none: a condition that may be absent keeps SQLite from ending its search of the
    /// index.
    /// </summary>
    private List<TableRow> ReadPage(string partitionKey, string after, bool inclusive, string? to) => database.Read(session =>
    {
        using var reader = session.Query(
            """
            SELECT rk, etag, properties FROM rows
            WHERE tbl=$tbl AND pk=$pk AND rk>=$after AND ($inclusive OR rk>$after) AND rk<$to ORDER BY rk LIMIT 500
            """,
            ("$tbl", name), ("$pk", Key(partitionKey)), ("$after", Key(after)), ("$inclusive", inclusive),
            ("$to", to is null ? AfterAll : Key(to)));
        var rows = new List<TableRow>();
        while (reader.Read())
            rows.Add(RowOf(reader));
        return rows;
    });

    private string Apply(SqliteSession session, string partitionKey, TableOperation operation)
    {
        if (operation is TableOperation.Replace { Row.ETag: not "*" } expected
            && TryReplace(session, partitionKey, expected.Row) is { } etag)
            return etag;
        var found = session.Scalar(
            "SELECT etag FROM rows WHERE tbl=$tbl AND pk=$pk AND rk=$rk",
            ("$tbl", name), ("$pk", Key(partitionKey)), ("$rk", Key(operation.RowKey))) as long?;
        switch (operation)
        {
            case TableOperation.Insert insert:
                if (found is not null)
                    throw Conflict(partitionKey, operation, "exists already");
                return Write(session, partitionKey, insert.Row);
            case TableOperation.Replace replace:
                Expect(partitionKey, operation, found, replace.Row.ETag);
                return Write(session, partitionKey, replace.Row);
            case TableOperation.Upsert upsert:
                return Write(session, partitionKey, upsert.Row);
            case TableOperation.Delete delete:
                Expect(partitionKey, operation, found, delete.ETag);
                session.Run(
                    "DELETE FROM rows WHERE tbl=$tbl AND pk=$pk AND rk=$rk",
                    ("$tbl", name), ("$pk", Key(partitionKey)), ("$rk", Key(operation.RowKey)));
                return "";
            default:
                throw new InvalidOperationException($"Unknown operation {operation.GetType().Name}.");
        }
    }

    /// <summary>Nearly always the row is as it was read, and one statement does. Answers null when it is not.</summary>
    private string? TryReplace(SqliteSession session, string partitionKey, TableRow row)
    {
        var etag = Random.Shared.NextInt64();
        var replaced = session.Run(
            "UPDATE rows SET etag=$etag, properties=$properties WHERE tbl=$tbl AND pk=$pk AND rk=$rk AND etag=$expected",
            ("$etag", etag), ("$properties", RowProperties.Write(row.Properties)),
            ("$tbl", name), ("$pk", Key(partitionKey)), ("$rk", Key(row.RowKey)),
            ("$expected", long.TryParse(row.ETag, CultureInfo.InvariantCulture, out var expected) ? expected : -1));
        return replaced == 1 ? etag.ToString(CultureInfo.InvariantCulture) : null;
    }

    private void Expect(string partitionKey, TableOperation operation, long? found, string etag)
    {
        if (found is null)
            throw Conflict(partitionKey, operation, "is not there");
        if (etag != "*" && etag != found.Value.ToString(CultureInfo.InvariantCulture))
            throw Conflict(partitionKey, operation, "was changed by somebody else");
    }

    private string Write(SqliteSession session, string partitionKey, TableRow row)
    {
        var etag = Random.Shared.NextInt64();
        session.Run(
            "INSERT OR REPLACE INTO rows(tbl, pk, rk, etag, properties) VALUES($tbl, $pk, $rk, $etag, $properties)",
            ("$tbl", name), ("$pk", Key(partitionKey)), ("$rk", Key(row.RowKey)), ("$etag", etag),
            ("$properties", RowProperties.Write(row.Properties)));
        return etag.ToString(CultureInfo.InvariantCulture);
    }

    private TableConflictException Conflict(string partitionKey, TableOperation operation, string found) =>
        new(name, partitionKey, operation.RowKey, found);

    private TableRow? Find(SqliteSession session, string partitionKey, string rowKey)
    {
        using var reader = session.Query(
            "SELECT rk, etag, properties FROM rows WHERE tbl=$tbl AND pk=$pk AND rk=$rk",
            ("$tbl", name), ("$pk", Key(partitionKey)), ("$rk", Key(rowKey)));
        return reader.Read() ? RowOf(reader) : null;
    }

    /// <summary>SQLite compares the bytes of UTF-8.</summary>
    private static string Key(string key) => TableKey.EncodeForUtf8(key);

    private static TableRow RowOf(Microsoft.Data.Sqlite.SqliteDataReader reader) =>
        new(TableKey.DecodeFromUtf8(reader.GetString(0)), RowProperties.Read((byte[])reader.GetValue(2)))
        {
            ETag = reader.GetInt64(1).ToString(CultureInfo.InvariantCulture),
        };
}
