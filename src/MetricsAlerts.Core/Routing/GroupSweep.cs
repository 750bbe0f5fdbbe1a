using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Routing;

/// <summary>Wakes every group that has something to look at now.</summary>
public sealed class GroupSweep(PendingGroups pending, PipelineQueues queues)
{
    /// <summary>Wakes them now.</summary>
    public Task WakeAsync(DateTimeOffset now, CancellationToken cancellationToken) => WakeAsync(now, at: null, cancellationToken);

    /// <summary>Wakes them at a time: when what has been changed is known to every process.</summary>
    /// <param name="now">The time.</param>
    /// <param name="at">When they are to look; null for now.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task WakeAsync(DateTimeOffset now, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        var found = new List<PendingGroup>();
        await foreach (var group in pending.ListAsync(cancellationToken))
        {
            if (group.Due is null || group.Due <= now)
                found.Add(group);
        }

        foreach (var batch in found.Chunk(TableLimits.MaxBatchOperations))
            await queues.Notifications.SendAsync([.. batch.Select(group => Wake(group, now, at))], cancellationToken);
    }

    private static QueueMessage Wake(PendingGroup group, DateTimeOffset now, DateTimeOffset? at) =>
        new GroupWake(group.Channel, group.Group).ToMessage($"sweep {Timestamps.Format(now)}", at);
}
