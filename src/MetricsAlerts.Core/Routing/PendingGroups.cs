using MetricsAlerts.Storage;

namespace MetricsAlerts.Routing;

/// <summary>
/// The groups that have something to look at, in the partitions <c>pending</c> of the table <c>Destinations</c>, and every group
/// that there ever was, in the partitions <c>groups</c>, each spread over buckets. The sweep reads the first, housekeeping the second.
/// </summary>
public sealed class PendingGroups(ITableStore tables, TimeProvider time)
{
    private const string Pending = "pending";
    private const string Known = "groups";

    /// <summary>How far apart the clocks of two processes may be.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    private readonly ITable _table = tables.GetTable(PipelineTables.Destinations);

    /// <summary>Notes that a group has something to look at, now.</summary>
    public async Task AddAsync(string channel, string group, CancellationToken cancellationToken)
    {
        var key = DestinationStore.PartitionKey(channel, group);
        var row = Row(key, new(channel, group, time.GetUtcNow(), Due: null));
        if (await _table.GetAsync(Buckets.PartitionOf(Known, key), key, cancellationToken) is null)
            await _table.CommitAsync(Buckets.PartitionOf(Known, key), [new TableOperation.Upsert(row)], cancellationToken);
        await _table.CommitAsync(Buckets.PartitionOf(Pending, key), [new TableOperation.Upsert(row)], cancellationToken);
    }

    /// <summary>Every group that has something to look at.</summary>
    public IAsyncEnumerable<PendingGroup> ListAsync(CancellationToken cancellationToken) => ListAsync(Pending, cancellationToken);

    /// <summary>Every group that there ever was, until it is forgotten.</summary>
    public IAsyncEnumerable<PendingGroup> ListKnownAsync(CancellationToken cancellationToken) => ListAsync(Known, cancellationToken);

    /// <summary>The note about a group; null when it has nothing to look at.</summary>
    public async Task<PendingGroup?> FindAsync(string channel, string group, CancellationToken cancellationToken)
    {
        var key = DestinationStore.PartitionKey(channel, group);
        return await _table.GetAsync(Buckets.PartitionOf(Pending, key), key, cancellationToken) is { } row ? Read(row) : null;
    }

    /// <summary>
    /// Notes when a group is to be looked at next, or that it need not be. A note that was renewed since <paramref name="found"/>
    /// was read stays as it is: something
    /// may have come that the look has not seen.
    /// </summary>
    /// <param name="found">The note as it was before the look; null when there was none.</param>
    /// <param name="note">What the look found.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task EndLookAsync(PendingGroup? found, GroupNote note, CancellationToken cancellationToken)
    {
        var key = DestinationStore.PartitionKey(note.Channel, note.Group);
        var partition = Buckets.PartitionOf(Pending, key);
        try
        {
            if (note.Due is null && found is not null)
                await _table.CommitAsync(partition, [new TableOperation.Delete(key, found.ETag)], cancellationToken);
            else if (note.Due is not null && note.Due != found?.Due)
                await _table.CommitAsync(
                    partition, [TableOperation.Save(Row(key, note) with { ETag = found?.ETag ?? "" })], cancellationToken);
        }
        catch (TableConflictException)
        {
            // Renewed meanwhile: it is looked at again.
        }
    }

    /// <summary>Forgets a group that holds nothing any more.</summary>
    public async Task ForgetAsync(PendingGroup group, CancellationToken cancellationToken)
    {
        try
        {
            await _table.CommitAsync(
                Buckets.PartitionOf(Known, group.Key), [new TableOperation.Delete(group.Key, group.ETag)], cancellationToken);
        }
        catch (TableConflictException)
        {
            // It is in use again.
        }
    }

    private async IAsyncEnumerable<PendingGroup> ListAsync(
        string name, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in _table.QueryBucketsAsync(name, cancellationToken))
            yield return Read(row);
    }

    private static TableRow Row(string key, GroupNote note)
    {
        var properties = new Dictionary<string, object> { ["channel"] = note.Channel, ["group"] = note.Group, ["notedAt"] = note.At };
        if (note.Due is { } at)
            properties["due"] = at;
        return new(key, properties);
    }

    /// <summary>A note from the future was made before the clock was set back: its time means nothing.</summary>
    private PendingGroup Read(TableRow row) => new(
        row.RowKey,
        row.Text("channel") ?? "",
        row.Text("group") ?? "",
        row.Time("notedAt") > time.GetUtcNow() + ClockTolerance ? null : row.Time("due"))
    { ETag = row.ETag };
}

/// <summary>What a look at a group found.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Group">The group.</param>
/// <param name="At">When it is noted.</param>
/// <param name="Due">When to look again; null when nothing is left.</param>
public sealed record GroupNote(string Channel, string Group, DateTimeOffset At, DateTimeOffset? Due);

/// <summary>A group of a channel that has something to look at.</summary>
/// <param name="Key">Its partition.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Group">The group.</param>
/// <param name="Due">When it is to be looked at; null for now.</param>
public sealed record PendingGroup(string Key, string Channel, string Group, DateTimeOffset? Due)
{
    /// <summary>The note's ETag.</summary>
    public string ETag { get; init; } = "";
}
