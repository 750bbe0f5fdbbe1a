using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Routing;

/// <summary>The newest state of an alert that a destination should know: a row <c>w|…</c> of the destination's partition.</summary>
/// <param name="Alert">What is so.</param>
/// <param name="IsRouted">Whether today's rules send it there; a reader that never heard of it hears of it only then.</param>
/// <param name="At">Since when this is wanted: the group's wait counts from here.</param>
public sealed record Wanted(Alert Alert, bool IsRouted, DateTimeOffset At)
{
    /// <summary>How long the group's first unsaid change waits for others.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The shortest time between two messages of the group.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>The row's ETag; empty before it is stored.</summary>
    public string ETag { get; init; } = "";

    /// <summary>What every row key of this kind begins with.</summary>
    public const string Prefix = "w|";

    /// <summary>The row's key.</summary>
    public string RowKey => Prefix + Alert.Key.Id;

    /// <summary>Whether a reader would be told the same of both.</summary>
    public bool SaysTheSame(Wanted other) =>
        Alert.IsOpen == other.Alert.IsOpen &&
            Alert.Severity == other.Alert.Severity &&
            Alert.NoData == other.Alert.NoData &&
            IsRouted == other.IsRouted;

    /// <summary>The row.</summary>
    public TableRow ToRow() => new(RowKey, new Dictionary<string, object>
    {
        ["alert"] = JsonSerializer.Serialize(Alert, AlertJson.Compact.Alert),
        ["epoch"] = Alert.Version.Epoch,
        ["number"] = Alert.Version.Number,
        ["isOpen"] = Alert.IsOpen,
        ["isRouted"] = IsRouted,
        ["at"] = At,
        ["waitTicks"] = Wait.Ticks,
        ["intervalTicks"] = Interval.Ticks,
    })
    { ETag = ETag };

    /// <summary>Reads the row.</summary>
    public static Wanted Of(TableRow row) => new(
        JsonSerializer.Deserialize(row.Text("alert")!, AlertJson.Compact.Alert)!,
        row.Properties.GetValueOrDefault("isRouted") is true, row.Time("at") ?? default)
    {
        Wait = TimeSpan.FromTicks(row.Number("waitTicks")),
        Interval = TimeSpan.FromTicks(row.Number("intervalTicks")),
        ETag = row.ETag,
    };
}
