using System.Runtime.CompilerServices;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Alerts;

/// <summary>Reads alerts. They are written by Evaluate alone, as rows of their deployment's partition in the table <c>Series</c>.</summary>
public sealed class AlertStore(ITableStore tables, AlertingDeployments deployments)
{
    private readonly ITable _table = tables.GetTable(PipelineTables.Series);

    /// <summary>Every alert of every deployment, open or closed of late.</summary>
    public async IAsyncEnumerable<Alert> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var deployment in deployments.ListAsync(cancellationToken))
        {
            await foreach (var alert in ListAsync(deployment.Id, cancellationToken))
                yield return alert;
        }
    }

    /// <summary>Every alert of a deployment.</summary>
    public async IAsyncEnumerable<Alert> ListAsync(string deploymentId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in _table.QueryAsync(deploymentId, RowKeyRange.Prefix(AlertRecord.Prefix), cancellationToken))
            yield return AlertRecord.Of(row).Alert;
    }

    /// <summary>An alert by its key's id; null when there is none.</summary>
    public async Task<Alert?> FindAsync(string deploymentId, string alertId, CancellationToken cancellationToken) =>
        await _table.GetAsync(deploymentId, AlertRecord.Prefix + alertId, cancellationToken) is { } row ? AlertRecord.Of(row).Alert : null;
}
