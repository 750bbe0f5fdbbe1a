using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;
using MetricsAlerts.Storage;
using Simulation.Ports;

namespace Simulation.Oracle;

/// <summary>What the pipeline says is so.</summary>
public static class StoredAlerts
{
    /// <summary>Every alert that is open, as its row says.</summary>
    public static SortedDictionary<AlertId, Judged> Read(MemoryTableStore tables)
    {
        var open = new SortedDictionary<AlertId, Judged>(AlertId.Order);
        foreach (var (_, row) in tables.Find(PipelineTables.Series).Rows.Where(pair => pair.Row.RowKey.StartsWith(AlertRecord.Prefix, StringComparison.Ordinal)))
        {
            var alert = AlertRecord.Of(row).Alert;
            if (alert.IsOpen)
                open[IdOf(alert.Key)] = StateOf(alert);
        }

        return open;
    }

    /// <summary>The alert's id in our words.</summary>
    public static AlertId IdOf(AlertKey key) => new(key.Rule, key.DeploymentId, key.Instance, key.Metric);

    /// <summary>The alert's state in our words.</summary>
    public static Judged StateOf(Alert alert) => alert.IsOpen ? new(true, alert.Severity == Severity.Critical, alert.NoData) : Judged.Closed;
}
