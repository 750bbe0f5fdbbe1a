using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying;

/// <summary>Alerts in the table <c>Alerts</c>: one row for each with its last transition, who was told, or why nobody was.</summary>
public sealed class AlertStore(ITableStore tables)
{
    private const string Partition = "alert";

    private readonly ITable _table = tables.GetTable(PipelineTables.Alerts);

    /// <summary>Every alert.</summary>
    public IAsyncEnumerable<AlertRecord> ListAsync(CancellationToken cancellationToken) => ListAsync(RowKeyRange.All, cancellationToken);

    /// <summary>Every alert of a deployment.</summary>
    public IAsyncEnumerable<AlertRecord> ListAsync(string deploymentId, CancellationToken cancellationToken) =>
        ListAsync(RowKeyRange.Prefix($"{deploymentId}|"), cancellationToken);

    /// <summary>An alert by its id; null when there is none.</summary>
    public async Task<AlertRecord?> FindAsync(string alertId, CancellationToken cancellationToken)
    {
        await foreach (var record in ListAsync(cancellationToken))
        {
            if (record.Last.Transition.AlertId == alertId)
                return record;
        }

        return null;
    }

    /// <summary>An alert of a deployment; null when there is none.</summary>
    public async Task<AlertRecord?> LoadAsync(string deploymentId, string alertId, CancellationToken cancellationToken) =>
        await _table.GetAsync(Partition, RowKey(deploymentId, alertId), cancellationToken) is { } row ? Read(row) : null;

    internal async Task SaveAsync(AlertRecord record, CancellationToken cancellationToken)
    {
        var transition = record.Last.Transition;
        var row = new TableRow(RowKey(transition.DeploymentId, transition.AlertId), new Dictionary<string, object>
        {
            ["isOpen"] = transition.IsOpen,
            ["severity"] = transition.Severity.ToString(),
            ["rule"] = transition.Rule,
            ["deployment"] = record.Last.Deployment.Label,
            ["windowEnd"] = transition.WindowEnd,
            ["last"] = JsonSerializer.Serialize(record.Last, AlertJson.Default.AlertMessage),
            ["told"] = JsonSerializer.Serialize(record.Told, AlertRecordJson.Default.IReadOnlyListDestination),
            ["suppressedBy"] = record.SuppressedBy,
        });
        await _table.CommitAsync(Partition, [new TableOperation.Upsert(row)], cancellationToken);
    }

    internal async Task RemoveAsync(AlertRecord record, CancellationToken cancellationToken) => await _table.CommitAsync(
        Partition, [new TableOperation.Delete(RowKey(record.Last.Transition.DeploymentId, record.Last.Transition.AlertId), "*")], cancellationToken);

    /// <summary>Asks Notify to look again at every open alert that this kept back.</summary>
    internal async Task RecheckAsync(string suppressedBy, string? deploymentId, AlertQueue queue, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await foreach (var record in deploymentId is null ? ListAsync(cancellationToken) : ListAsync(deploymentId, cancellationToken))
        {
            if (record.IsOpen && record.SuppressedBy == suppressedBy)
                await queue.RecheckAsync(record.Last.Transition, at, at, cancellationToken);
        }
    }

    private async IAsyncEnumerable<AlertRecord> ListAsync(RowKeyRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in _table.QueryAsync(Partition, range, cancellationToken))
            yield return Read(row);
    }

    private static string RowKey(string deploymentId, string alertId) => $"{deploymentId}|{alertId}";

    private static AlertRecord Read(TableRow row) => new(JsonSerializer.Deserialize(row.Text("last")!, AlertJson.Default.AlertMessage)!)
    {
        Told = JsonSerializer.Deserialize(row.Text("told") ?? "[]", AlertRecordJson.Default.IReadOnlyListDestination)!,
        SuppressedBy = row.Text("suppressedBy") ?? "",
    };
}

/// <summary>An alert as people were told of it, or not.</summary>
/// <param name="Last">Its last transition.</param>
public sealed record AlertRecord(AlertMessage Last)
{
    /// <summary>Who was told.</summary>
    public IReadOnlyList<Destination> Told { get; init; } = [];

    /// <summary>Why nobody was told, see <see cref="Muting.Suppression.Reason"/>; empty when it was not suppressed.</summary>
    public string SuppressedBy { get; init; } = "";

    /// <summary>Whether it is open.</summary>
    public bool IsOpen => Last.Transition.IsOpen;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<Destination>))]
internal sealed partial class AlertRecordJson : JsonSerializerContext;
