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

    /// <summary>Asks to look at a group again, unless that was asked before and the wish is still there.</summary>
    /// <param name="group">The group.</param>
    /// <param name="note">The note about it as it was before this look.</param>
    /// <param name="at">When; null for now.</param>
    /// <param name="woken">The wake that is being dealt with.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task WakeAsync(Group group, PendingGroup? note, DateTimeOffset? at, Woken woken, CancellationToken cancellationToken)
    {
        var now = woken.Now;
        if (at is { } time && note?.Due == at && time - now > Near && woken.Early == TimeSpan.Zero)
            return;

        // Wishes of the same moment are told apart by the messages that there have been.
        var wake = new GroupWake(group.Channel, group.Name).ToMessage($"{group.Progress.Messages} at {Timestamps.Format(now)}", at + woken.Early);
        await queues.Notifications.SendAsync([wake], cancellationToken);
    }

    /// <summary>Asks to look at a group now.</summary>
    internal Task WakeAsync(string channel, string group, string why, CancellationToken cancellationToken) =>
        queues.Notifications.SendAsync([new GroupWake(channel, group).ToMessage(why)], cancellationToken);
}
