using System.Text.Json;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Alerts;

/// <summary>
/// An alert as its row in the deployment's partition holds it: beside the windows and rule states that led to it, committed with
/// them.
/// </summary>
/// <param name="Alert">What is so.</param>
/// <param name="Dispatched">The version that was last left with the alert's destinations.</param>
public sealed record AlertRecord(Alert Alert, AlertVersion Dispatched)
{
    /// <summary>What every row key of this kind begins with.</summary>
    public const string Prefix = "a|";

    /// <summary>The row's ETag; empty before it is stored.</summary>
    public string ETag { get; init; } = "";

    /// <summary>The row's key.</summary>
    public string RowKey => Prefix + Alert.Key.Id;

    /// <summary>Whether its newest version still has to be left with its destinations.</summary>
    public bool IsUndispatched => Dispatched < Alert.Version;

    /// <summary>Whether it has to be looked at again.</summary>
    public bool IsActive => Alert.IsOpen || IsUndispatched;

    /// <summary>The row.</summary>
    public TableRow ToRow() => new(RowKey, new Dictionary<string, object>
    {
        ["alert"] = JsonSerializer.Serialize(Alert, AlertJson.Compact.Alert),
        ["isOpen"] = Alert.IsOpen,
        ["severity"] = Alert.Severity.ToString(),
        ["rule"] = Alert.Key.Rule,
        ["instance"] = Alert.Key.Instance,
        ["metric"] = Alert.Key.Metric,
        ["dispatchedEpoch"] = Dispatched.Epoch,
        ["dispatchedNumber"] = Dispatched.Number,
    })
    { ETag = ETag };

    /// <summary>Reads the row.</summary>
    public static AlertRecord Of(TableRow row) => new(
        JsonSerializer.Deserialize(row.Text("alert")!, AlertJson.Compact.Alert)!,
        new(row.Number("dispatchedEpoch"), row.Number("dispatchedNumber")))
    { ETag = row.ETag };
}
