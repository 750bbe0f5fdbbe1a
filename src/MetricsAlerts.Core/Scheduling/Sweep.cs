using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Scheduling;

/// <summary>
/// Once a tick, looks again at all that waits, collected or not: sends every deployment that has an open alert, or one that was not
/// left with its destinations, through Evaluate, every known deployment when the rules have changed, and wakes every group that has
/// something unsaid. Whatever hint was lost, it heals within a tick.
/// </summary>
public sealed class Sweep(ITableStore tables, RuleStore rules, AlertingDeployments alerting, GroupSweep groups, PipelineQueues queues)
{
    private const string Partition = "sweep";
    private const string Row = "rules";

    private readonly ITable _table = tables.GetTable(PipelineTables.Collections);

    /// <summary>Runs the sweep of a tick.</summary>
    /// <param name="tick">The tick.</param>
    /// <param name="knownDeployments">Every deployment that was ever collected and is not known to be gone.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RunAsync(DateTimeOffset tick, IReadOnlyCollection<string> knownDeployments, CancellationToken cancellationToken)
    {
        var version = (await rules.RefreshAsync(cancellationToken)).Version;
        var last = await _table.GetAsync(Partition, Row, cancellationToken);
        var isChanged = last?.Text("version") != version;
        var deployments = new HashSet<string>(isChanged ? [PipelineDeployment.Id, .. knownDeployments] : [], StringComparer.Ordinal);
        await foreach (var deployment in alerting.ListAsync(cancellationToken))
        {
            if (deployment.IsActive)
                deployments.Add(deployment.Id);
        }

        var why = Timestamps.Format(tick);
        foreach (var batch in deployments.Chunk(TableLimits.MaxBatchOperations))
            await queues.MetricWindows.SendAsync([.. batch.Select(id => MetricBatchMessages.Look(id, why, version))], cancellationToken);
        if (isChanged)
            await _table.CommitAsync(
                Partition,
                [new TableOperation.Upsert(new(Row, new Dictionary<string, object> { ["version"] = version }))],
                cancellationToken);
        await groups.WakeAsync(tick, cancellationToken);
    }
}
