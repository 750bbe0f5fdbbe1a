using System.Text;
using System.Text.Json;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Ticks;

/// <summary>The reports of a tick's shards, in the partition <c>tick</c> of the table <c>Collections</c>: each tick overwrites the one before.</summary>
public sealed class TickReports(ITableStore tables)
{
    private const string Partition = "tick";
    private const string TickRow = "tick";
    private const string ShardPrefix = "shard-";

    /// <summary>A property of a table takes 32 Ki characters; a report with more remarks is cut, and says so.</summary>
    private const int MaxCharacters = 30_000;

    private readonly ITable _table = tables.GetTable(PipelineTables.Collections);

    /// <summary>The last tick: how many shards it has, and the reports of those that are done; null before the first.</summary>
    public async Task<TickState?> LoadAsync(CancellationToken cancellationToken)
    {
        TableRow? tick = null;
        var shards = new List<TableRow>();
        await foreach (var row in _table.QueryAsync(Partition, RowKeyRange.All, cancellationToken))
        {
            if (row.RowKey == TickRow)
                tick = row;
            else
                shards.Add(row);
        }

        if (tick?.Time("at") is not { } at)
            return null;
        List<CollectionReport> reports = [.. shards.Where(row => row.Time("at") == at).Select(Report), Report(tick)];
        return new(CollectionReport.Merge(at, reports), (int)tick.Number("shards"), reports.Count - 1);
    }

    internal Task BeginAsync(CollectionReport opening, int shards, CancellationToken cancellationToken) => SaveAsync(TickRow, opening, opening.At, shards, cancellationToken);

    internal Task SaveAsync(int shard, CollectionReport report, DateTimeOffset began, CancellationToken cancellationToken) =>
        SaveAsync(RowKey(shard), report, began, 1, cancellationToken);

    /// <summary>When the shard was last wholly collected; null when it never was, or something was left out.</summary>
    internal async Task<DateTimeOffset?> LastWholeAsync(int shard, CancellationToken cancellationToken) =>
        await _table.GetAsync(Partition, RowKey(shard), cancellationToken) is { } row && Report(row).Behind == 0 ? row.Time("began") : null;

    private static string RowKey(int shard) => $"{ShardPrefix}{shard:00000}";

    private async Task SaveAsync(string rowKey, CollectionReport report, DateTimeOffset began, int shards, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, object> { ["at"] = report.At, ["began"] = began, ["shards"] = (long)shards, ["report"] = Write(report) };
        await _table.CommitAsync(Partition, [new TableOperation.Upsert(new(rowKey, properties))], cancellationToken);
    }

    private static string Write(CollectionReport report)
    {
        for (var keep = Math.Max(report.Failures.Count, report.Notes.Count); ; keep /= 2)
        {
            var cut = report with { Failures = Cut(report.Failures, keep), Notes = Cut(report.Notes, keep) };
            var json = JsonSerializer.Serialize(cut, CollectionJson.Default.CollectionReport);
            if (json.Length <= MaxCharacters || keep == 0)
                return json;
        }
    }

    private static IReadOnlyList<CollectionRemark> Cut(IReadOnlyList<CollectionRemark> remarks, int keep) =>
        remarks.Count <= keep ? remarks : [.. remarks.Take(keep), new("", "", $"and {remarks.Count - keep} more: see the log.")];

    private static CollectionReport Report(TableRow row) =>
        JsonSerializer.Deserialize(Encoding.UTF8.GetBytes(row.Text("report")!), CollectionJson.Default.CollectionReport)!;
}

/// <summary>How far a tick is.</summary>
/// <param name="Report">What its finished shards did.</param>
/// <param name="Shards">Its shards.</param>
/// <param name="Finished">Those that are done.</param>
public sealed record TickState(CollectionReport Report, int Shards, int Finished)
{
    /// <summary>Whether every shard is done.</summary>
    public bool IsComplete => Finished >= Shards;
}
