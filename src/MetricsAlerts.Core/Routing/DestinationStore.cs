using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Routing;

/// <summary>
/// What each destination should know, in the table <c>Destinations</c>: a partition for each channel and group. A newer version
/// replaces an older one, never the other way round.
/// </summary>
public sealed class DestinationStore(ITableStore tables, PendingGroups pending)
{
    private readonly ITable _table = tables.GetTable(PipelineTables.Destinations);

    /// <summary>The partition of a destination.</summary>
    public static string PartitionKey(string channel, string group) => DerivedId.From(channel, group);

    /// <summary>Leaves the newest states of these alerts with a destination, and notes that it has something to look at.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="group">The group.</param>
    /// <param name="wanted">The states, each of another alert.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task WantAsync(string channel, string group, IReadOnlyList<Wanted> wanted, CancellationToken cancellationToken)
    {
        // The states first, the note after them: Notify removes a note only if it was not renewed since before it read the states.
        foreach (var batch in wanted.Chunk(TableLimits.MaxBatchOperations))
            await WantAsync(PartitionKey(channel, group), batch, cancellationToken);
        await pending.AddAsync(channel, group, cancellationToken);
    }

    private async Task WantAsync(string partition, IReadOnlyList<Wanted> wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            var operations = new List<TableOperation>(wanted.Count);
            foreach (var one in wanted)
            {
                var row = await _table.GetAsync(partition, one.RowKey, cancellationToken);
                if (row is not null && Version(row) >= one.Alert.Version)
                    continue;
                operations.Add(TableOperation.Save(Follow(one, row)));
            }

            if (operations.Count == 0)
                return;
            try
            {
                await _table.CommitAsync(partition, operations, cancellationToken);
                return;
            }
            catch (TableConflictException)
            {
                // Somebody else left a state there meanwhile: the newer one stays.
            }
        }
    }

    /// <summary>A state that says the same as the one before waits no longer for it.</summary>
    private static TableRow Follow(Wanted wanted, TableRow? row)
    {
        if (row is null)
            return wanted.ToRow();
        var before = Wanted.Of(row);
        return (wanted.SaysTheSame(before) ? wanted with { At = before.At } : wanted).ToRow() with { ETag = row.ETag };
    }

    private static AlertVersion Version(TableRow row) => new(row.Number("epoch"), row.Number("number"));
}
