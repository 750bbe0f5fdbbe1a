using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Evaluating;

/// <summary>
/// Leaves every alert that is newer than its dispatched version with its destinations, appends it to the history, and marks it dispatched. A crash in between
/// does it again: versions make the second time change nothing.
/// </summary>
internal sealed class AlertDispatcher(ITableStore tables, DestinationStore destinations, HistoryStore history, IQueue notifications)
{
    private readonly ITable _table = tables.GetTable(PipelineTables.Series);

    /// <summary>Dispatches what is committed, and only that.</summary>
    public async Task DispatchAsync(string deploymentId, RuleSet rules, CancellationToken cancellationToken)
    {
        var records = await ListAsync(deploymentId, cancellationToken);
        var undispatched = records.Where(record => record.IsUndispatched).ToList();
        if (undispatched.Count == 0)
            return;
        var wanted = undispatched.SelectMany(record => record.Alert.Destinations.Select(destination => (destination, record.Alert)));
        var wakes = new List<QueueMessage>();
        foreach (var group in wanted.GroupBy(pair => (pair.destination.Channel, pair.destination.Group)))
        {
            await destinations.WantAsync(group.Key.Channel, group.Key.Group, [.. group.Select(pair => Want(pair.Alert, pair.destination))], cancellationToken);
            wakes.Add(new GroupWake(group.Key.Channel, group.Key.Group).ToMessage(Id(group.Select(pair => pair.Alert))));
        }

        wakes.AddRange(WakesOfMuted(undispatched, records, rules).Where(wake => !wakes.Exists(other => other.SessionId == wake.SessionId)));
        await notifications.SendAsync(wakes, cancellationToken);
        await history.AppendAsync([.. undispatched.Select(record => HistoryEntry.Of(record.Alert))], cancellationToken);
        foreach (var batch in undispatched.Chunk(TableLimits.MaxBatchOperations))
            await _table.CommitAsync(deploymentId, [.. batch.Select(Dispatched)], cancellationToken);
    }

    /// <summary>A deployment's alerts as they are committed.</summary>
    public async Task<List<AlertRecord>> ListAsync(string deploymentId, CancellationToken cancellationToken)
    {
        var records = new List<AlertRecord>();
        await foreach (var row in _table.QueryAsync(deploymentId, RowKeyRange.Prefix(AlertRecord.Prefix), cancellationToken))
            records.Add(AlertRecord.Of(row));
        return records;
    }

    private static Wanted Want(Alert alert, Destination destination) => new(alert, destination.IsRouted, alert.ChangedAt)
    {
        Wait = destination.Wait,
        Interval = destination.Interval,
    };

    /// <summary>Alerts that one which is over has muted may speak now.</summary>
    private static IEnumerable<QueueMessage> WakesOfMuted(List<AlertRecord> changed, List<AlertRecord> all, RuleSet rules)
    {
        var over = changed.Where(record => !record.Alert.IsOpen && rules.Inhibitions.Any(inhibition => inhibition.When.Matches(record.Alert))).ToList();
        if (over.Count == 0)
            return [];
        return all.Where(record => record.Alert.IsOpen).SelectMany(record => record.Alert.Destinations)
            .DistinctBy(destination => (destination.Channel, destination.Group))
            .Select(destination => new GroupWake(destination.Channel, destination.Group).ToMessage(Id(over.Select(record => record.Alert))));
    }

    private static string Id(IEnumerable<Alert> alerts) =>
        DerivedId.From([.. alerts.SelectMany(alert => new[] { alert.Key.Id, alert.Version.ToString() }).Order(StringComparer.Ordinal)]);

    private static TableOperation Dispatched(AlertRecord record) => new TableOperation.Replace((record with { Dispatched = record.Alert.Version }).ToRow());
}
