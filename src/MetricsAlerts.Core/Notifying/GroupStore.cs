using MetricsAlerts.Notifying.Delivery;
using MetricsAlerts.Routing;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying;

/// <summary>Groups in the table <c>Destinations</c>: Notify's side of them.</summary>
internal sealed class GroupStore(ITableStore tables)
{
    private const string ProgressRow = "group";
    private const string AttemptRow = "attempt";

    private readonly ITable _table = tables.GetTable(PipelineTables.Destinations);

    public async Task<Group> LoadAsync(string channel, string name, CancellationToken cancellationToken)
    {
        var group = new Group(channel, name);
        var attempt = new List<TableRow>();
        await foreach (var row in _table.QueryAsync(DestinationStore.PartitionKey(channel, name), RowKeyRange.All, cancellationToken))
        {
            if (row.RowKey.StartsWith(Wanted.Prefix, StringComparison.Ordinal))
                group.Wanted[row.RowKey[Wanted.Prefix.Length..]] = Wanted.Of(row);
            else if (row.RowKey.StartsWith(Notified.Prefix, StringComparison.Ordinal))
                group.Notified[row.RowKey[Notified.Prefix.Length..]] = Notified.Of(row);
            else if (row.RowKey == ProgressRow)
                group.Progress = ReadProgress(row);
            else
                attempt.Add(row);
        }

        group.AttemptRows = attempt;
        if (attempt.Count > 0)
            group.Attempt = Attempt.Of(BinaryPayload.Load(attempt));
        if (group.Attempt is { Outcome: AttemptOutcome.Unknown } unknown)
            group.AssumeHeard(unknown);
        return group;
    }

    /// <summary>How a group's deliveries stand, without its alerts.</summary>
    public async Task<GroupProgress> ReadProgressAsync(string channel, string name, CancellationToken cancellationToken) =>
        await _table.GetAsync(DestinationStore.PartitionKey(channel, name), ProgressRow, cancellationToken) is { } row
            ? ReadProgress(row)
            : new();

    /// <summary>Commits the group's progress, the message on its way and what readers believe, in one batch.</summary>
    /// <exception cref="TableConflictException">Another worker has taken up the group.</exception>
    public async Task SaveAsync(
        Group group, GroupProgress progress, Attempt? attempt, IReadOnlyCollection<Notified> notified, CancellationToken cancellationToken)
    {
        var operations = new List<TableOperation> { TableOperation.Save(WriteProgress(group, progress with { ETag = group.Progress.ETag })) };
        if (attempt is not null && attempt != group.Attempt)
            operations.AddRange(BinaryPayload.Save(AttemptRow, attempt.ToBytes(), new Dictionary<string, object>(), group.AttemptRows));
        else if (attempt is null)
            operations.AddRange(group.AttemptRows.Select(row => new TableOperation.Delete(row.RowKey, row.ETag)));
        var head = operations.Count;
        operations.AddRange(notified.Select(one => TableOperation.Save(one.ToRow())));
        var etags = await _table.CommitAsync(DestinationStore.PartitionKey(group.Channel, group.Name), operations, cancellationToken);

        group.Progress = progress with { ETag = etags[0] };
        if (attempt != group.Attempt)
        {
            group.AttemptRows = attempt is null
                ? []
                : [.. operations.Skip(1).Take(head - 1).Zip(etags.Skip(1)).Where(pair => pair.First is not TableOperation.Delete)
                    .Select(pair => new TableRow(pair.First.RowKey, new Dictionary<string, object>()) { ETag = pair.Second })];
        }

        group.Attempt = attempt;
        foreach (var (one, etag) in notified.Zip(etags.Skip(head)))
            group.Notified[one.AlertId] = one with { ETag = etag };
    }

    /// <summary>Commits the group's progress alone: the message on its way stays as it is.</summary>
    /// <exception cref="TableConflictException">Another worker has taken up the group.</exception>
    public Task SaveAsync(Group group, GroupProgress progress, CancellationToken cancellationToken) =>
        SaveAsync(group, progress, group.Attempt, [], cancellationToken);

    /// <summary>Commits what readers believe.</summary>
    public async Task SaveAsync(Group group, IEnumerable<Notified> notified, CancellationToken cancellationToken)
    {
        foreach (var batch in notified.Chunk(TableLimits.MaxBatchOperations))
        {
            var etags = await _table.CommitAsync(
                DestinationStore.PartitionKey(group.Channel, group.Name), [.. batch.Select(one => TableOperation.Save(one.ToRow()))], cancellationToken);
            foreach (var (one, etag) in batch.Zip(etags))
                group.Notified[one.AlertId] = one with { ETag = etag };
        }
    }

    /// <summary>Lets a destination know what its reader was notified of elsewhere, unless it has a word of its own.</summary>
    public async Task IntroduceAsync(string channel, string name, Notified notified, CancellationToken cancellationToken)
    {
        var partition = DestinationStore.PartitionKey(channel, name);
        while (true)
        {
            var row = await _table.GetAsync(partition, notified.RowKey, cancellationToken);
            var known = row is null ? null : Notified.Of(row);

            // Who was notified later, of the beginning or of the end, knows more than is said here.
            if (known is { MayBelieveOpen: true } || (known?.At is { } heard && !(heard < notified.At)))
                return;
            var introduced = (known ?? notified) with { Certain = notified.Certain, IsIntroduced = true, At = notified.At, ETag = known?.ETag ?? "" };
            try
            {
                await _table.CommitAsync(partition, [TableOperation.Save(introduced.ToRow())], cancellationToken);
                return;
            }
            catch (TableConflictException)
            {
                // It is being notified itself.
            }
        }
    }

    /// <summary>Forgets what is long over and was said. Returns how many alerts, and whether the group is empty.</summary>
    public async Task<(int Forgotten, bool IsEmpty)> ForgetAsync(string channel, string name, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var group = await LoadAsync(channel, name, cancellationToken);
        if (group.Attempt is not null)
            return (0, false);
        var over = group.Wanted.Values.Where(wanted => IsOver(wanted, group.Notified.GetValueOrDefault(wanted.Alert.Key.Id), before)).ToList();
        var operations = over.SelectMany(wanted => (TableOperation[])
        [
            new TableOperation.Delete(wanted.RowKey, wanted.ETag),
            .. group.Notified.TryGetValue(wanted.Alert.Key.Id, out var notified) ? [new TableOperation.Delete(notified.RowKey, notified.ETag)] : (TableOperation[])[],
        ]).ToList();
        var isEmpty = over.Count == group.Wanted.Count;
        if (isEmpty && group.Progress.ETag.Length > 0)
            operations.Add(new TableOperation.Delete(ProgressRow, group.Progress.ETag));
        foreach (var batch in operations.Chunk(TableLimits.MaxBatchOperations))
            await _table.CommitAsync(DestinationStore.PartitionKey(channel, name), batch, cancellationToken);
        return (over.Count, isEmpty);
    }

    private static bool IsOver(Wanted wanted, Notified? notified, DateTimeOffset before) =>
        !wanted.Alert.IsOpen && wanted.Alert.ChangedAt < before && (notified is null || !notified.MayBelieveOpen || wanted.Alert.Version <= notified.GivenUp);

    private static GroupProgress ReadProgress(TableRow row) => new()
    {
        Messages = row.Number("messages"),
        Begun = (int)row.Number("begun"),
        Failures = (int)row.Number("failures"),
        DeadWake = row.Text("deadWake") ?? "",
        DeadWakeReason = row.Text("deadWakeReason") ?? "",
        NextAttempt = row.Time("nextAttempt"),
        Turn = row.Time("turn") is { } turn && row.Time("turnTakenAt") is { } takenAt ? new(turn, takenAt) : null,
        LastMessage = row.Time("lastMessage"),
        LastError = row.Text("lastError") ?? "",
        ETag = row.ETag,
    };

    private static TableRow WriteProgress(Group group, GroupProgress progress)
    {
        var properties = new Dictionary<string, object>
        {
            ["channel"] = group.Channel,
            ["group"] = group.Name,
            ["messages"] = progress.Messages,
            ["begun"] = (long)progress.Begun,
            ["failures"] = (long)progress.Failures,
            ["deadWake"] = progress.DeadWake,
            ["deadWakeReason"] = progress.DeadWakeReason,
            ["lastError"] = progress.LastError,
        };
        if (progress.NextAttempt is { } next)
            properties["nextAttempt"] = next;
        if (progress.Turn is { } turn)
            (properties["turn"], properties["turnTakenAt"]) = (turn.At, turn.TakenAt);
        if (progress.LastMessage is { } last)
            properties["lastMessage"] = last;
        return new(ProgressRow, properties) { ETag = progress.ETag };
    }
}
