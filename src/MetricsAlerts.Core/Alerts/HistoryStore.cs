using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Alerts;

/// <summary>What happened to an alert, or to a message about it.</summary>
/// <param name="At">When, by the clock.</param>
/// <param name="Id">Makes the entry unique: appended twice it is there once.</param>
/// <param name="What">Such as <c>open</c>, <c>closed</c>, <c>delivered</c>, <c>failed</c>, <c>givenUp</c>.</param>
/// <param name="Why">The reason in words.</param>
/// <param name="Alert">The facts.</param>
public sealed record HistoryEntry(DateTimeOffset At, string Id, string What, string Why, Alert Alert)
{
    /// <summary>The channel that was notified, or was not; empty for a change of the alert itself.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Which try of a message it is about, from 1; 0 for what is no try.</summary>
    public int Attempt { get; init; }

    /// <summary>The entry about a new version of an alert.</summary>
    public static HistoryEntry Of(Alert alert) => new(
        alert.ChangedAt, $"{alert.Key.Id}|{alert.Version}", alert.IsOpen ? "open" : "closed",
        alert.IsOpen ? alert.Evidence.Reason.ToString() : alert.ResolvedBecause.ToString(), alert);
}

/// <summary>
/// Every change of an alert and every message about one, in the table <c>History</c>: a day is spread over buckets by deployment, a row
/// per entry.
/// </summary>
public sealed class HistoryStore(ITableStore tables)
{
    private const string DayFormat = "yyyy-MM-dd";

    private readonly ITable _table = tables.GetTable(PipelineTables.History);

    /// <summary>Appends entries; one that is there already stays as it is.</summary>
    public async Task AppendAsync(IReadOnlyList<HistoryEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var partition in entries.DistinctBy(entry => (entry.At, entry.Id)).GroupBy(Partition))
        {
            foreach (var batch in partition.Chunk(TableLimits.MaxBatchOperations))
            {
                await _table.CommitAsync(
                    partition.Key, [.. batch.Select(entry => new TableOperation.Upsert(Row(entry)))], cancellationToken);
            }
        }
    }

    /// <summary>The entries of a day in UTC, oldest first.</summary>
    public async IAsyncEnumerable<HistoryEntry> ListAsync(DateOnly day, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in _table.QueryBucketsAsync(day.ToString(DayFormat, CultureInfo.InvariantCulture), cancellationToken))
            yield return Read(row);
    }

    /// <summary>The entries of a day in UTC about one deployment, oldest first.</summary>
    public async IAsyncEnumerable<HistoryEntry> ListAsync(
        DateOnly day, string deploymentId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var partition = Buckets.PartitionOf(day.ToString(DayFormat, CultureInfo.InvariantCulture), deploymentId);
        await foreach (var row in _table.QueryAsync(partition, RowKeyRange.All, cancellationToken))
        {
            if (Read(row) is var entry && entry.Alert.Key.DeploymentId == deploymentId)
                yield return entry;
        }
    }

    /// <summary>Forgets a day. Returns how many entries it had.</summary>
    public async Task<int> ForgetAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var forgotten = 0;
        foreach (var partition in Buckets.PartitionsOf(day.ToString(DayFormat, CultureInfo.InvariantCulture)))
            forgotten += await ForgetAsync(partition, cancellationToken);
        return forgotten;
    }

    private async Task<int> ForgetAsync(string partition, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        await foreach (var row in _table.QueryAsync(partition, RowKeyRange.All, cancellationToken))
            keys.Add(row.RowKey);
        foreach (var batch in keys.Chunk(TableLimits.MaxBatchOperations))
            await _table.CommitAsync(partition, [.. batch.Select(key => new TableOperation.Delete(key, "*"))], cancellationToken);
        return keys.Count;
    }

    private static string Partition(HistoryEntry entry) => Buckets.PartitionOf(
        entry.At.UtcDateTime.ToString(DayFormat, CultureInfo.InvariantCulture), entry.Alert.Key.DeploymentId);

    private static TableRow Row(HistoryEntry entry) => new(
        string.Create(CultureInfo.InvariantCulture, $"{entry.At.UtcTicks:D19}|{entry.Id}"),
        new Dictionary<string, object>
        {
            ["at"] = entry.At,
            ["id"] = entry.Id,
            ["what"] = entry.What,
            ["why"] = entry.Why,
            ["channel"] = entry.Channel,
            ["attempt"] = (long)entry.Attempt,
            ["rule"] = entry.Alert.Key.Rule,
            ["deployment"] = entry.Alert.Deployment.Label,
            ["instance"] = entry.Alert.Key.Instance,
            ["metric"] = entry.Alert.Key.Metric,
            ["alert"] = JsonSerializer.Serialize(entry.Alert, AlertJson.Compact.Alert),
        });

    private static HistoryEntry Read(TableRow row) => new(
        row.Time("at") ?? default, row.Text("id") ?? "", row.Text("what") ?? "", row.Text("why") ?? "",
        JsonSerializer.Deserialize(row.Text("alert")!, AlertJson.Compact.Alert)!)
    { Channel = row.Text("channel") ?? "", Attempt = (int)row.Number("attempt") };
}
