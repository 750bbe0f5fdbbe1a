using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Routing;

namespace MetricsAlerts.Operations;

/// <summary>Ends a silence early, and lets what it held speak at once.</summary>
public sealed class SilenceExpiry(SilenceStore silences, GroupSweep groups, TimeProvider time)
{
    private static readonly TimeSpan KnownEverywhere = SilenceStore.CacheTime + TimeSpan.FromSeconds(1);

    /// <summary>Ends it. Returns false when there is no such silence or it is over.</summary>
    public async Task<bool> ExpireAsync(string id, CancellationToken cancellationToken)
    {
        if (!await silences.ExpireAsync(id, cancellationToken))
            return false;

        // This process knows at once, others when they read the silences again.
        var now = time.GetUtcNow();
        await groups.WakeAsync(now, cancellationToken);
        await groups.WakeAsync(now, now + KnownEverywhere, cancellationToken);
        return true;
    }
}
