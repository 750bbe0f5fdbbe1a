using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Routing;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Notifying;

/// <summary>What Notify reads and writes.</summary>
public sealed class NotifyStores(
    ITableStore tables, AlertStore alerts, DestinationStore destinations, PendingGroups pending, HistoryStore history, PipelineQueues queues)
{
    /// <summary>A wake that was asked for is not asked for again, unless it is so near that it may have come already by another clock.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(10);

    internal GroupStore Groups { get; } = new(tables);

    internal AlertStore Alerts { get; } = alerts;

    internal DestinationStore Destinations { get; } = destinations;

    internal PendingGroups Pending { get; } = pending;

    internal HistoryStore History { get; } = history;

    /// <summary>Asks to look at a group at a time, unless that was asked before; <paramref name="messages"/> tells wishes of the same moment apart.</summary>
    internal async Task WakeAsync(GroupWake wake, PendingGroup? note, DateTimeOffset? at, DateTimeOffset now, long messages, CancellationToken cancellationToken)
    {
        if (at is { } time && note?.Due == at && time - now > Near)
            return;
        await queues.Notifications.SendAsync([wake.ToMessage($"{messages} at {Timestamps.Format(now)}", at)], cancellationToken);
    }

    /// <summary>Asks to look at a group now.</summary>
    internal Task WakeAsync(string channel, string group, string why, CancellationToken cancellationToken) =>
        queues.Notifications.SendAsync([new GroupWake(channel, group).ToMessage(why)], cancellationToken);
}
