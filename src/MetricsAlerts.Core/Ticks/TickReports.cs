using System.Globalization;
using System.Text;
using System.Text.Json;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Ticks;

/// <summary>
/// The reports of ticks, in the partition <c>tick</c> of the table <c>Collections</c>: for each tick its opening row, and a row for
/// each of its shards that is done. Ticks overlap when one takes longer than the schedule, so each has rows of its own; those of old
/// ticks are removed when one begins.
/// </summary>
public sealed class TickReports(ITableStore tables)
{
    private const string Partition = "tick";
    private const string OpeningSuffix = "tick";
    private const string LastWholePrefix = "whole|";

    /// <summary>A property of a table takes 32 Ki characters; a report with more remarks is cut, and says so.</summary>
    private const int MaxCharacters = 30_000;

    /// <summary>A complete tick is of use as long as another may fall into the same window of the pipeline's own metrics.</summary>
    private static readonly TimeSpan KeepComplete = TimeSpan.FromMinutes(20);

    /// <summary>A tick that is not complete after this long never will be.</summary>
    private static readonly TimeSpan KeepIncomplete = TimeSpan.FromHours(24);

    private readonly ITable _table = tables.GetTable(PipelineTables.Collections);

    /// <summary>The last tick that began; null before the first.</summary>
    public async Task<TickState?> LoadAsync(CancellationToken cancellationToken) =>
        await ListAsync(cancellationToken) is [.., var last] ? last : null;

    /// <summary>Every tick that is kept, oldest first.</summary>
    internal async Task<IReadOnlyList<TickState>> ListAsync(CancellationToken cancellationToken) =>
        [.. States(await QueryAsync(RowKeyRange.All, cancellationToken))];

    /// <summary>
    /// The tick of a shard that is done, if all its shards are. Whether it was the last of its ten and of its hundred is seen first: if
    /// each shard of a large tick read what all have done, they would keep each other from it.
    /// </summary>
    /// <param name="shard">A shard that is recorded.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when some are not done, or when the tick never began, or was removed.</returns>
    internal async Task<TickState?> FindCompleteAsync(CollectionShard shard, CancellationToken cancellationToken)
    {
        var row = RowKey(shard);
        if (!await HasAsync(row[..^1], shard.InItsTen, cancellationToken) ||
            !await HasAsync(row[..^2], shard.InItsHundred, cancellationToken))
            return null;
        var rows = await QueryAsync(RowKeyRange.Prefix(TickId(shard.Tick) + "|"), cancellationToken);
        return States(rows).SingleOrDefault(tick => tick.IsComplete);
    }

    /// <summary>Whether so many shards are done whose keys begin so.</summary>
    private async Task<bool> HasAsync(string prefix, int shards, CancellationToken cancellationToken) =>
        shards == 0 || (await QueryAsync(RowKeyRange.Prefix(prefix), cancellationToken)).Count >= shards;

    /// <summary>Begins a tick of so many shards, and removes ticks that are over.</summary>
    /// <param name="opening">What is known before the first shard is done.</param>
    /// <param name="shards">How many shards the tick has.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task BeginAsync(CollectionReport opening, int shards, CancellationToken cancellationToken)
    {
        await RemoveOldAsync(opening.At, cancellationToken);
        var properties = new Dictionary<string, object> { ["at"] = opening.At, ["shards"] = (long)shards, ["report"] = Write(opening) };
        await _table.CommitAsync(
            Partition, [new TableOperation.Upsert(new($"{TickId(opening.At)}|{OpeningSuffix}", properties))], cancellationToken);
    }

    /// <summary>Whether the shard was worked off before: its message was delivered again.</summary>
    internal async Task<bool> HasAsync(CollectionShard shard, CancellationToken cancellationToken) =>
        await _table.GetAsync(Partition, RowKey(shard), cancellationToken) is not null;

    /// <summary>Records what a shard did. When nothing was left out, the next tick may leave out what it began after.</summary>
    internal async Task RecordAsync(
        CollectionShard shard, CollectionReport report, DateTimeOffset began, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, object> { ["at"] = shard.Tick, ["began"] = began, ["report"] = Write(report) };
        var operations = new List<TableOperation> { new TableOperation.Upsert(new(RowKey(shard), properties)) };
        if (report is { Behind: 0, Skipped: 0 })
            operations.Add(new TableOperation.Upsert(new(LastWholeKey(shard), new Dictionary<string, object> { ["began"] = began })));
        await _table.CommitAsync(Partition, operations, cancellationToken);
    }

    /// <summary>When the shard last began to be wholly collected; null when it never was, or was dealt differently then.</summary>
    internal async Task<DateTimeOffset?> LastWholeAsync(CollectionShard shard, CancellationToken cancellationToken) =>
        (await _table.GetAsync(Partition, LastWholeKey(shard), cancellationToken))?.Time("began");

    private async Task RemoveOldAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(RowKeyRange.All, cancellationToken);
        var kept = States(rows).Where(state => IsKept(state, now)).Select(state => TickId(state.Report.At)).ToHashSet();
        var old = rows.Where(row => IsLastWhole(row) ? row.Time("began") < now - KeepIncomplete : !kept.Contains(TickIdOf(row)));
        try
        {
            foreach (var batch in old.Chunk(TableLimits.MaxBatchOperations))
            {
                var operations = batch.Select(row => new TableOperation.Delete(row.RowKey, "*"));
                await _table.CommitAsync(Partition, [.. operations], cancellationToken);
            }
        }
        catch (TableConflictException)
        {
            // Another process begins a tick at the same moment and has removed them.
        }
    }

    /// <summary>A tick in the future is from before the clock was set back: it would be the last one for as long.</summary>
    private static bool IsKept(TickState state, DateTimeOffset now) =>
        state.Report.At <= now && state.Report.At >= now - (state.IsComplete ? KeepComplete : KeepIncomplete);

    private async Task<List<TableRow>> QueryAsync(RowKeyRange range, CancellationToken cancellationToken)
    {
        var rows = new List<TableRow>();
        await foreach (var row in _table.QueryAsync(Partition, range, cancellationToken))
            rows.Add(row);
        return rows;
    }

    private static IEnumerable<TickState> States(List<TableRow> rows) =>
        from row in rows
        where !IsLastWhole(row)
        group row by TickIdOf(row) into tick
        orderby DateTimeOffset.Parse(tick.Key, CultureInfo.InvariantCulture)
        let opening = tick.FirstOrDefault(row => row.RowKey.EndsWith(OpeningSuffix, StringComparison.Ordinal))
        where opening is not null
        select new TickState(
            CollectionReport.Merge(opening.Time("at")!.Value, [.. tick.Select(Report)]), (int)opening.Number("shards"), tick.Count() - 1);

    private static bool IsLastWhole(TableRow row) => row.RowKey.StartsWith(LastWholePrefix, StringComparison.Ordinal);

    private static string TickIdOf(TableRow row) => row.RowKey.Split('|')[0];

    /// <summary>In the order of time.</summary>
    private static string TickId(DateTimeOffset tick) =>
        tick.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static string RowKey(CollectionShard shard) =>
        string.Create(CultureInfo.InvariantCulture, $"{TickId(shard.Tick)}|{shard.Number:00000}");

    private static string LastWholeKey(CollectionShard shard) =>
        string.Create(CultureInfo.InvariantCulture, $"{LastWholePrefix}{shard.Count:00000}|{shard.Number:00000}");

    private static string Write(CollectionReport report)
    {
        for (var keep = Math.Max(report.Gone.Count, Math.Max(report.Failures.Count, report.Notes.Count)); ; keep /= 2)
        {
            var cut = report with { Failures = Cut(report.Failures, keep), Notes = Cut(report.Notes, keep), Gone = Cut(report.Gone, keep) };
            var json = JsonSerializer.Serialize(cut, CollectionJson.Default.CollectionReport);
            if (json.Length <= MaxCharacters || keep == 0)
                return json;
        }
    }

    private static IReadOnlyList<CollectionRemark> Cut(IReadOnlyList<CollectionRemark> remarks, int keep) =>
        remarks.Count <= keep ? remarks : [.. remarks.Take(keep), new("", "", $"and {remarks.Count - keep} more: see the log.")];

    private static IReadOnlyList<string> Cut(IReadOnlyList<string> ids, int keep) =>
        ids.Count <= keep ? ids : [.. ids.Take(keep), $"and {ids.Count - keep} more: see the log."];

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
