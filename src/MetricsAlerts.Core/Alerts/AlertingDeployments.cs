using System.Runtime.CompilerServices;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Alerts;

/// <summary>
/// Which deployments have alerts, and which of them must be looked at again at every tick, because an alert is open or was not left
/// with its destinations: the partition <c>deployments</c> of the table <c>Alerts</c>.
/// </summary>
public sealed class AlertingDeployments(ITableStore tables)
{
    private const string Partition = "deployments";

    private readonly ITable _table = tables.GetTable(PipelineTables.Alerts);

    /// <summary>Every deployment that has alerts.</summary>
    public async IAsyncEnumerable<AlertingDeployment> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in _table.QueryAsync(Partition, RowKeyRange.All, cancellationToken))
            yield return Read(row);
    }

    /// <summary>What is noted of a deployment; null when nothing is.</summary>
    public async Task<AlertingDeployment?> FindAsync(string deploymentId, CancellationToken cancellationToken) =>
        await _table.GetAsync(Partition, deploymentId, cancellationToken) is { } row ? Read(row) : null;

    /// <summary>Notes that a deployment must be looked at again.</summary>
    public async Task ActivateAsync(string deploymentId, CancellationToken cancellationToken) =>
        await _table.CommitAsync(Partition, [new TableOperation.Upsert(Row(deploymentId, isActive: true))], cancellationToken);

    /// <summary>
    /// Notes that a deployment need not be looked at again, or has no alerts any more. A note that was renewed since
    /// <paramref name="found"/> was read stays as it is.
    /// </summary>
    /// <param name="found">The note, read before the deployment's alerts were.</param>
    /// <param name="hasAlerts">Whether closed alerts are left.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task SettleAsync(AlertingDeployment found, bool hasAlerts, CancellationToken cancellationToken)
    {
        if (hasAlerts && !found.IsActive)
            return;
        try
        {
            TableOperation settle = hasAlerts
                ? new TableOperation.Replace(Row(found.Id, isActive: false) with { ETag = found.ETag })
                : new TableOperation.Delete(found.Id, found.ETag);
            await _table.CommitAsync(Partition, [settle], cancellationToken);
        }
        catch (TableConflictException)
        {
            // Renewed meanwhile: it is looked at again.
        }
    }

    private static TableRow Row(string deploymentId, bool isActive) =>
        new(deploymentId, new Dictionary<string, object> { ["isActive"] = isActive });

    private static AlertingDeployment Read(TableRow row) =>
        new(row.RowKey, row.Properties.GetValueOrDefault("isActive") is true) { ETag = row.ETag };
}

/// <summary>A deployment that has alerts.</summary>
/// <param name="Id">Its id.</param>
/// <param name="IsActive">Whether it must be looked at again at every tick.</param>
public sealed record AlertingDeployment(string Id, bool IsActive)
{
    /// <summary>The note's ETag.</summary>
    public string ETag { get; init; } = "";
}
