using System.Text.Json;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying;

/// <summary>
/// What was sent to whom, in the table <c>Deliveries</c>: a partition for each alert, a row for each transition and channel,
/// written before and after every attempt. It also holds what is still to be sent.
/// </summary>
internal sealed class DeliveryLedger(ITableStore tables)
{
    private readonly ITable _table = tables.GetTable("Deliveries");

    public static string RowKey(AlertTransition transition, string channel) => $"{transition.Sequence:D8}|{channel}";

    /// <summary>Every entry of an alert, in order of transition.</summary>
    public async Task<List<DeliveryEntry>> LoadAsync(string alertId, CancellationToken cancellationToken)
    {
        var entries = new List<DeliveryEntry>();
        await foreach (var row in _table.QueryAsync(alertId, RowKeyRange.All, cancellationToken))
            entries.Add(Read(row));
        return entries;
    }

    public async Task<IReadOnlyList<DeliveryEntry>> AddAsync(string alertId, IReadOnlyList<DeliveryEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            return [];
        var etags = await _table.CommitAsync(alertId, [.. entries.Select(entry => new TableOperation.Insert(Write(entry)))], cancellationToken);
        return [.. entries.Select((entry, index) => entry with { ETag = etags[index] })];
    }

    public async Task<DeliveryEntry> SaveAsync(string alertId, DeliveryEntry entry, CancellationToken cancellationToken)
    {
        var etags = await _table.CommitAsync(alertId, [new TableOperation.Replace(Write(entry))], cancellationToken);
        return entry with { ETag = etags[0] };
    }

    public static AlertMessage AlertOf(DeliveryEntry entry) => JsonSerializer.Deserialize(entry.Alert, AlertJson.Default.AlertMessage)!;

    private static TableRow Write(DeliveryEntry entry) => new(entry.RowKey, new Dictionary<string, object>
    {
        ["channel"] = entry.Channel,
        ["status"] = entry.Status.ToString(),
        ["attempts"] = (long)entry.Attempts,
        ["firstAttempt"] = entry.FirstAttempt,
        ["nextAttempt"] = entry.NextAttempt,
        ["alert"] = entry.Alert,
        ["lastError"] = entry.LastError,
    })
    { ETag = entry.ETag };

    private static DeliveryEntry Read(TableRow row) => new(
        row.RowKey, row.Text("channel") ?? "", Enum.Parse<DeliveryStatus>(row.Text("status") ?? ""), (int)row.Number("attempts"),
        row.Time("firstAttempt") ?? default, row.Time("nextAttempt") ?? default, row.Text("alert") ?? "")
    { ETag = row.ETag, LastError = row.Text("lastError") ?? "" };
}
