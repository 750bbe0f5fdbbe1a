using MetricsAlerts.Metrics;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Ticks;

/// <summary>
/// Every deployment that was ever collected and is not known to be gone, in the partition <c>known</c> of the table <c>Checkpoints</c>:
/// what people call it, and when it was last attempted.
/// </summary>
public sealed class KnownDeployments(ITableStore tables)
{
    private const string Partition = "known";

    private readonly ITable _table = tables.GetTable(PipelineTables.Checkpoints);

    /// <summary>The time of the last attempt by deployment.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ListAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var row in _table.QueryAsync(Partition, RowKeyRange.All, cancellationToken))
            known[row.RowKey] = row.Time("attempted") ?? DateTimeOffset.MinValue;
        return known;
    }

    /// <summary>The deployment as it was last seen; null when it is not known.</summary>
    public async Task<Deployment?> FindAsync(string deploymentId, CancellationToken cancellationToken)
    {
        if (await _table.GetAsync(Partition, deploymentId, cancellationToken) is not { } row)
            return null;
        return new(deploymentId, row.Text("label") ?? deploymentId)
        {
            Importance = row.Text("importance"),
            ModelId = row.Text("modelId"),
            Link = Uri.TryCreate(row.Text("link"), UriKind.Absolute, out var link) ? link : null,
        };
    }

    /// <summary>Records that these deployments were attempted.</summary>
    public async Task RecordAttemptsAsync(
        IEnumerable<(Deployment Deployment, DateTimeOffset At)> attempts, CancellationToken cancellationToken)
    {
        foreach (var batch in attempts.Chunk(TableLimits.MaxBatchOperations))
        {
            var operations = batch.Select(attempt => new TableOperation.Upsert(Row(attempt.Deployment, attempt.At)));
            await _table.CommitAsync(Partition, [.. operations], cancellationToken);
        }
    }

    /// <summary>Forgets a deployment.</summary>
    public async Task RemoveAsync(string deploymentId, CancellationToken cancellationToken)
    {
        if (await _table.GetAsync(Partition, deploymentId, cancellationToken) is { } row)
            await _table.CommitAsync(Partition, [new TableOperation.Delete(row.RowKey, row.ETag)], cancellationToken);
    }

    private static TableRow Row(Deployment deployment, DateTimeOffset at)
    {
        var properties = new Dictionary<string, object> { ["attempted"] = at, ["label"] = deployment.Label };
        if (deployment.Importance is { } importance)
            properties["importance"] = importance;
        if (deployment.ModelId is { } modelId)
            properties["modelId"] = modelId;
        if (deployment.Link is { } link)
            properties["link"] = link.ToString();
        return new(deployment.Id, properties);
    }
}
