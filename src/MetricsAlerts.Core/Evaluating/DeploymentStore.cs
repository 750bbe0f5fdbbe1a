using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Evaluating;

/// <summary>
/// Deployments in the table <c>Series</c>, a partition each: a row <c>a|…</c> per alert, a row <c>d</c> for the deployment, a row (or a few) <c>i|…</c> per instance with
/// rule states and recent windows, and <c>w|…</c> with its earlier windows.
/// </summary>
internal sealed class DeploymentStore(ITableStore tables)
{
    private const string HeadRow = "d";
    private const string RecentPrefix = "i|";
    private const string EarlierPrefix = "w|";
    private const int LongestName = 200;

    private static readonly RowKeyRange AlertsAndHead = new("a", "e");
    private static readonly RowKeyRange AllButEarlier = new("a", "j");

    private readonly ITable _table = tables.GetTable(PipelineTables.Series);

    /// <summary>Loads what a batch may change: alerts and the head always; instances where windows or other rules concern them.</summary>
    public async Task<DeploymentPartition> LoadAsync(MetricBatch batch, RuleSet rules, CancellationToken cancellationToken)
    {
        var isWhole = batch.Deployment is not null || batch.DeploymentGone;
        var rows = await ListAsync(batch.DeploymentId, isWhole && !batch.MoreFollows ? AllButEarlier : AlertsAndHead, cancellationToken);
        if (batch.MoreFollows)
        {
            foreach (var instance in batch.Instances)
                rows.AddRange(await ListAsync(batch.DeploymentId, BinaryPayload.Rows(RecentKey(instance.Instance)), cancellationToken));
        }

        var head = rows.FirstOrDefault(row => row.RowKey == HeadRow) is { } stored ? ReadHead(stored) : new();
        if (!isWhole && head.Deployment is not null && IsOutdated(head, rules))
            rows.AddRange(await ListAsync(batch.DeploymentId, RowKeyRange.Prefix(RecentPrefix), cancellationToken));
        return Partition(batch.DeploymentId, head, rows);
    }

    private static DeploymentPartition Partition(string deploymentId, DeploymentHead head, IReadOnlyList<TableRow> rows)
    {
        var partition = new DeploymentPartition(deploymentId) { Head = head, StoredHead = head };
        foreach (var row in rows.Where(row => row.RowKey.StartsWith(AlertRecord.Prefix, StringComparison.Ordinal)))
        {
            var record = AlertRecord.Of(row);
            partition.Alerts[record.Alert.Key.Id] = partition.StoredAlerts[record.Alert.Key.Id] = record;
        }

        foreach (var group in rows.Where(row => row.RowKey.StartsWith(RecentPrefix, StringComparison.Ordinal)).GroupBy(row => KeyOf(row.RowKey), StringComparer.Ordinal))
        {
            var instance = new StoredInstance(group.First().Text("instance")!) { Recent = [.. group] };
            partition.Instances[instance.Name] = instance;
        }

        return partition;
    }

    /// <summary>What is kept of a deployment, decoded, for people to look at: nothing of it is to be saved.</summary>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="withEarlier">Whether the windows that are stored apart are wanted too.</param>
    /// <param name="instance">The only instance that is wanted; null for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<DeploymentPartition> ReadAsync(
        string deploymentId, bool withEarlier, string? instance, CancellationToken cancellationToken)
    {
        var partition = await LoadAsync(new MetricBatch(deploymentId) { DeploymentGone = true }, RuleSet.Empty, cancellationToken);
        foreach (var stored in partition.Instances.Values.Where(stored => instance is not null && stored.Name != instance).ToList())
            partition.Instances.Remove(stored.Name);
        foreach (var stored in partition.Instances.Values)
        {
            stored.State = new(deploymentId, stored.Name);
            var earlier = withEarlier
                ? await ListAsync(deploymentId, BinaryPayload.Rows(EarlierKey(stored.Name)), cancellationToken)
                : null;
            InstanceFormat.Read(BinaryPayload.Load(stored.Recent), earlier is null ? null : BinaryPayload.Load(earlier), stored.State);
        }

        return partition;
    }

    /// <summary>The alerts and the head of a deployment, without its instances, for people to look at.</summary>
    public Task<DeploymentPartition> ReadAlertsAsync(string deploymentId, CancellationToken cancellationToken) =>
        LoadAsync(new MetricBatch(deploymentId) { DeploymentGone = true, MoreFollows = true }, RuleSet.Empty, cancellationToken);

    /// <summary>Whether instances have not been evaluated with these rules.</summary>
    public static bool IsOutdated(DeploymentHead head, RuleSet rules) => rules.Version.Length == 0 || head.RulesVersion != rules.Version;

    /// <summary>Decodes an instance, with its earlier windows where the recent ones do not suffice, or something of it is to be removed.</summary>
    public async Task DecodeAsync(
        DeploymentPartition partition, StoredInstance instance, IReadOnlyList<SeriesWindows> windows, bool removes, RuleSet rules,
        CancellationToken cancellationToken)
    {
        var state = new InstanceState(partition.Id, instance.Name);
        instance.State = state;
        if (instance.Recent.Count == 0)
        {
            instance.Earlier = [];
            return;
        }

        InstanceFormat.Read(BinaryPayload.Load(instance.Recent), null, state);
        if (!removes && RecentWindows.Suffice(rules, partition.Head.Deployment!, state, windows))
            return;
        instance.Earlier = await ListAsync(partition.Id, BinaryPayload.Rows(EarlierKey(instance.Name)), cancellationToken);
        instance.State = new(partition.Id, instance.Name);
        InstanceFormat.Read(BinaryPayload.Load(instance.Recent), BinaryPayload.Load(instance.Earlier), instance.State);
    }

    /// <summary>Loads the rows of an instance's earlier windows, to remove them.</summary>
    public async Task LoadEarlierAsync(DeploymentPartition partition, StoredInstance instance, CancellationToken cancellationToken) =>
        instance.Earlier ??= await ListAsync(partition.Id, BinaryPayload.Rows(EarlierKey(instance.Name)), cancellationToken);

    /// <summary>
    /// Commits what changed. Nearly always that is one batch. What does not fit into one is cut between instances, never within one: windows, rule states and alerts
    /// of a series are committed together all the same. A crash between two batches leaves the later instances as they were; the message comes again, changes nothing
    /// of the earlier ones, and does the rest. The head is written last, so that it never says of an instance that it was evaluated when it was not.
    /// </summary>
    /// <exception cref="TableConflictException">Another worker has committed a part of it since it was loaded.</exception>
    public async Task SaveAsync(DeploymentPartition partition, CancellationToken cancellationToken)
    {
        await PutApartAsync(partition, cancellationToken);
        foreach (var batch in CommitBatches.Of(OperationsByInstance(partition)))
            await _table.CommitAsync(partition.Id, batch, cancellationToken);
    }

    /// <summary>Where windows are put apart for the first time, nobody has read the rows that they go to yet.</summary>
    private async Task PutApartAsync(DeploymentPartition partition, CancellationToken cancellationToken)
    {
        foreach (var instance in partition.Instances.Values.Where(instance => instance is { IsChanged: true, IsGone: false, State.IsWhole: true }))
        {
            RecentWindows.PutApart(instance.State!);
            if (instance.State!.Series.Any(series => series.History.HasEarlier))
                await LoadEarlierAsync(partition, instance, cancellationToken);
        }
    }

    private static IEnumerable<IReadOnlyList<TableOperation>> OperationsByInstance(DeploymentPartition partition)
    {
        var alerts = partition.Alerts.Values.Where(alert => !ReferenceEquals(alert, partition.StoredAlerts.GetValueOrDefault(alert.Alert.Key.Id)))
            .ToLookup(alert => alert.Alert.Key.Instance, alert => TableOperation.Save(alert.ToRow()), StringComparer.Ordinal);
        var forgotten = partition.StoredAlerts.Values.Where(alert => !partition.Alerts.ContainsKey(alert.Alert.Key.Id))
            .ToLookup(alert => alert.Alert.Key.Instance, alert => (TableOperation)new TableOperation.Delete(alert.RowKey, alert.ETag), StringComparer.Ordinal);
        var instances = partition.Instances.Values.Where(instance => instance.IsChanged || instance.IsGone).ToDictionary(instance => instance.Name, StringComparer.Ordinal);
        foreach (var name in alerts.Select(group => group.Key).Concat(forgotten.Select(group => group.Key)).Concat(instances.Keys).Distinct(StringComparer.Ordinal))
            yield return [.. alerts[name], .. forgotten[name], .. instances.TryGetValue(name, out var instance) ? OperationsOf(instance) : []];
        if (partition.Head != partition.StoredHead)
            yield return [TableOperation.Save(WriteHead(partition.Head, partition.StoredHead.ETag))];
    }

    private static IEnumerable<TableOperation> OperationsOf(StoredInstance instance)
    {
        if (instance.IsGone)
            return instance.Recent.Concat(instance.Earlier ?? []).Select(row => new TableOperation.Delete(row.RowKey, row.ETag));
        var state = instance.State!;
        var properties = new Dictionary<string, object> { ["instance"] = instance.Name, ["series"] = (long)state.Series.Count };
        var recent = BinaryPayload.Save(RecentKey(instance.Name), InstanceFormat.WriteRecent(state), properties, instance.Recent);
        return instance.Earlier is { } earlier && state.IsWhole ? recent.Concat(SaveEarlier(instance.Name, state, earlier)) : recent;
    }

    /// <summary>Nothing, where the earlier windows are as they were.</summary>
    private static IReadOnlyList<TableOperation> SaveEarlier(string name, InstanceState state, IReadOnlyList<TableRow> stored)
    {
        var bytes = InstanceFormat.WriteEarlier(state);
        if (bytes.AsSpan().SequenceEqual(BinaryPayload.Load(stored)))
            return [];
        return bytes.Length > 0
            ? BinaryPayload.Save(EarlierKey(name), bytes, new Dictionary<string, object>(), stored)
            : [.. stored.Select(row => new TableOperation.Delete(row.RowKey, row.ETag))];
    }

    private async Task<List<TableRow>> ListAsync(string deploymentId, RowKeyRange range, CancellationToken cancellationToken)
    {
        var rows = new List<TableRow>();
        await foreach (var row in _table.QueryAsync(deploymentId, range, cancellationToken))
            rows.Add(row);
        return rows;
    }

    private static DeploymentHead ReadHead(TableRow row) => new()
    {
        Deployment = row.Text("deployment") is { } json ? JsonSerializer.Deserialize(json, MetricJson.Default.Deployment) : null,
        Reading = row.Number("reading"),
        RulesVersion = row.Text("rules") ?? "",
        ETag = row.ETag,
    };

    private static TableRow WriteHead(DeploymentHead head, string etag)
    {
        var properties = new Dictionary<string, object> { ["reading"] = head.Reading, ["rules"] = head.RulesVersion };
        if (head.Deployment is { } deployment)
            properties["deployment"] = JsonSerializer.Serialize(deployment, MetricJson.Default.Deployment);
        return new(HeadRow, properties) { ETag = etag };
    }

    /// <summary>The bar at the end keeps the numbered rows of one host from being those of a host whose name ends so.</summary>
    private static string RecentKey(string instance) => $"{RecentPrefix}{KeyName(instance)}|";

    private static string EarlierKey(string instance) => $"{EarlierPrefix}{KeyName(instance)}|";

    private static string KeyName(string instance) => instance.Length <= LongestName ? instance : DerivedId.From(instance);

    private static string KeyOf(string rowKey) => rowKey[..(rowKey.LastIndexOf('|') + 1)];
}
