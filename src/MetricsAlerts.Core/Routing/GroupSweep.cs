using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Routing;

/// <summary>Wakes every group that has something to look at now.</summary>
public sealed class GroupSweep(PendingGroups pending, PipelineQueues queues)
{
    /// <summary>A time that lies further ahead than anything is put off was noted before the clock was set back.</summary>
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(400);

    /// <summary>Sends the wakes.</summary>
    public async Task WakeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = new List<PendingGroup>();
        await foreach (var group in pending.ListAsync(cancellationToken))
        {
            if (group.Due is not { } at || at <= now || at > now + Furthest)
                due.Add(group);
        }

        foreach (var batch in due.Chunk(TableLimits.MaxBatchOperations))
            await queues.Notifications.SendAsync([.. batch.Select(group => new GroupWake(group.Channel, group.Group).ToMessage($"sweep {Timestamps.Format(now)}"))], cancellationToken);
    }
}
