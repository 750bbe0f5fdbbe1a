using System.Globalization;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying.Delivery;

/// <summary>
/// What was sent to whom and what is still to be sent, in the table <c>Deliveries</c>: a partition for each channel and group. An open transition is a row
/// <c>o|…</c>, one that is dealt with <c>d|…</c>, and the row <c>group</c> is written before and after every attempt.
/// </summary>
internal sealed class GroupLedger(ITableStore tables)
{
    private const string GroupRow = "group";
    private const string Open = "o|";
    private const string Done = "d|";

    /// <summary>A move is two operations, and the group's row is one more.</summary>
    private const int MovesAtOnce = (TableLimits.MaxBatchOperations - 1) / 2;

    private readonly ITable _table = tables.GetTable(PipelineTables.Deliveries);

    public static string PartitionKey(string channel, string group) => DerivedId.From(channel, group);

    /// <summary>Adds a transition, unless it is there already or was dealt with. Answers whether it is new.</summary>
    public async Task<bool> AddAsync(Destination destination, AlertMessage alert, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var partition = PartitionKey(destination.Channel, destination.Group);
        var key = Key(alert);
        if (await _table.GetAsync(partition, Done + key, cancellationToken) is not null)
            return false;
        var row = new TableRow(Open + key, new Dictionary<string, object>
        {
            ["channel"] = destination.Channel,
            ["group"] = destination.Group,
            ["addedAt"] = now,
            ["alert"] = JsonSerializer.Serialize(alert, AlertJson.Default.AlertMessage),
        });
        try
        {
            await _table.CommitAsync(partition, [new TableOperation.Insert(row)], cancellationToken);
            return true;
        }
        catch (TableConflictException)
        {
            return false;
        }
    }

    /// <summary>What the group has still to tell, in order.</summary>
    public async Task<IReadOnlyList<GroupEntry>> ListOpenAsync(string channel, string group, CancellationToken cancellationToken)
    {
        var entries = new List<GroupEntry>();
        await foreach (var row in _table.QueryAsync(PartitionKey(channel, group), RowKeyRange.Prefix(Open), cancellationToken))
            entries.Add(Read(row));
        return entries;
    }

    public async Task<GroupState> LoadAsync(string channel, string group, CancellationToken cancellationToken) =>
        await _table.GetAsync(PartitionKey(channel, group), GroupRow, cancellationToken) is { } row
            ? new()
            {
                ETag = row.ETag,
                Attempts = (int)row.Number("attempts"),
                IsSending = row.Properties.GetValueOrDefault("isSending") is true,
                NextAttempt = row.Time("nextAttempt"),
                LastMessage = row.Time("lastMessage"),
                LastError = row.Text("lastError") ?? "",
            }
            : new();

    /// <exception cref="TableConflictException">Another worker has taken up the group.</exception>
    public async Task<GroupState> SaveAsync(string channel, string group, GroupState state, CancellationToken cancellationToken)
    {
        var etags = await _table.CommitAsync(PartitionKey(channel, group), [TableOperation.Save(Write(channel, group, state))], cancellationToken);
        return state with { ETag = etags[0] };
    }

    /// <summary>Records how these ended, with the group's new state; in batches when they are many, the state with the last.</summary>
    public async Task EndAsync(
        string channel, string group, GroupState state, IReadOnlyList<GroupEntry> entries, Outcome outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var partition = PartitionKey(channel, group);
        foreach (var batch in entries.Take(Math.Max(0, entries.Count - MovesAtOnce)).Chunk(MovesAtOnce))
            await _table.CommitAsync(partition, Moves(batch, state, outcome, now), cancellationToken);
        var last = entries.Skip(entries.Count - Math.Min(entries.Count, MovesAtOnce)).ToArray();
        await _table.CommitAsync(partition, [TableOperation.Save(Write(channel, group, state)), .. Moves(last, state, outcome, now)], cancellationToken);
    }

    /// <summary>Takes up again what was given up. Answers how many.</summary>
    public async Task<int> ReopenAsync(string channel, string group, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var partition = PartitionKey(channel, group);
        var dead = new List<TableRow>();
        await foreach (var row in _table.QueryAsync(partition, RowKeyRange.Prefix(Done), cancellationToken))
        {
            if (row.Text("outcome") == nameof(Outcome.Dead))
                dead.Add(row);
        }

        foreach (var batch in dead.Chunk(MovesAtOnce))
        {
            await _table.CommitAsync(partition, [.. batch.SelectMany(row => (TableOperation[])[
                new TableOperation.Delete(row.RowKey, row.ETag),
                new TableOperation.Upsert(new(Open + row.RowKey[Done.Length..], new Dictionary<string, object>
                {
                    ["channel"] = channel, ["group"] = group, ["addedAt"] = now, ["alert"] = row.Text("alert") ?? "",
                })),
            ])], cancellationToken);
        }

        return dead.Count;
    }

    /// <summary>Forgets what was dealt with before a time. Answers how many.</summary>
    public async Task<int> ForgetAsync(string channel, string group, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var partition = PartitionKey(channel, group);
        var old = new List<TableRow>();
        await foreach (var row in _table.QueryAsync(partition, RowKeyRange.Prefix(Done), cancellationToken))
        {
            if (row.Time("at") < before)
                old.Add(row);
        }

        foreach (var batch in old.Chunk(TableLimits.MaxBatchOperations))
            await _table.CommitAsync(partition, [.. batch.Select(row => new TableOperation.Delete(row.RowKey, "*"))], cancellationToken);
        return old.Count;
    }

    private static TableOperation[] Moves(IEnumerable<GroupEntry> entries, GroupState state, Outcome outcome, DateTimeOffset now) =>
    [
        .. entries.SelectMany(entry => (TableOperation[])[
            new TableOperation.Delete(entry.RowKey, "*"),
            new TableOperation.Upsert(new(Done + entry.RowKey[Open.Length..], Ended(entry, state, outcome, now))),
        ]),
    ];

    /// <summary>Only what was given up keeps its content: it may be wanted again.</summary>
    private static Dictionary<string, object> Ended(GroupEntry entry, GroupState state, Outcome outcome, DateTimeOffset now)
    {
        var properties = new Dictionary<string, object> { ["outcome"] = outcome.ToString(), ["at"] = now, ["lastError"] = state.LastError };
        if (outcome == Outcome.Dead)
            properties["alert"] = JsonSerializer.Serialize(entry.Alert, AlertJson.Default.AlertMessage);
        return properties;
    }

    private static TableRow Write(string channel, string group, GroupState state)
    {
        var properties = new Dictionary<string, object>
        {
            ["channel"] = channel,
            ["group"] = group,
            ["attempts"] = (long)state.Attempts,
            ["isSending"] = state.IsSending,
            ["lastError"] = state.LastError,
        };
        if (state.NextAttempt is { } next)
            properties["nextAttempt"] = next;
        if (state.LastMessage is { } last)
            properties["lastMessage"] = last;
        return new(GroupRow, properties) { ETag = state.ETag };
    }

    private static GroupEntry Read(TableRow row) =>
        new(row.RowKey, JsonSerializer.Deserialize(row.Text("alert")!, AlertJson.Default.AlertMessage)!, row.Time("addedAt") ?? default);

    private static string Key(AlertMessage alert) => string.Create(
        CultureInfo.InvariantCulture, $"{alert.Transition.WindowEnd.UtcTicks:D19}|{alert.Transition.Sequence:D8}|{alert.Transition.EventId}");
}
