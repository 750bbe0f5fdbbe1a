using System.Text.Json;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying;

/// <summary>The alerts that people were told of, in the table <c>Alerts</c>: one row for each with its last transition.</summary>
public sealed class AlertStore(ITableStore tables)
{
    private const string Partition = "alert";

    private readonly ITable _table = tables.GetTable("Alerts");

    /// <summary>Notes a transition as the alert's last.</summary>
    public async Task RecordAsync(AlertMessage alert, CancellationToken cancellationToken)
    {
        var transition = alert.Transition;
        var row = new TableRow(transition.AlertId, new Dictionary<string, object>
        {
            ["isOpen"] = transition.IsOpen,
            ["severity"] = transition.Severity.ToString(),
            ["rule"] = transition.Rule,
            ["deployment"] = alert.Deployment.Label,
            ["windowEnd"] = transition.WindowEnd,
            ["last"] = JsonSerializer.Serialize(alert, AlertJson.Default.AlertMessage),
        });
        await _table.CommitAsync(Partition, [new TableOperation.Upsert(row)], cancellationToken);
    }

    /// <summary>Every alert's last transition.</summary>
    /// <param name="openOnly">Leave out those that are over.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<AlertMessage> ListAsync(
        bool openOnly, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in _table.QueryAsync(Partition, RowKeyRange.All, cancellationToken))
        {
            if ((!openOnly || row.Properties.GetValueOrDefault("isOpen") is true) && row.Text("last") is { } last)
                yield return JsonSerializer.Deserialize(last, AlertJson.Default.AlertMessage)!;
        }
    }
}
