using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;

namespace MetricsAlerts.Viewing;

/// <summary>Says of open alerts who was notified, and what mutes them now.</summary>
public sealed class AlertStandings(DeliveryStates deliveries, SilenceStore silences, TimeProvider time)
{
    /// <summary>What mutes each open alert of the fleet now, by the id of its key; those that nothing mutes are left out.</summary>
    public async Task<IReadOnlyDictionary<string, MutedView>> MutedAsync(Fleet fleet, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var active = await silences.GetActiveAsync(now, cancellationToken);
        var others = fleet.Deployments.ToDictionary(one => one.Deployment.Id, one => one.Alerts, StringComparer.Ordinal);
        var mutes = new Mutes(active, fleet.Rules, others, now);
        var muted = new Dictionary<string, MutedView>(StringComparer.Ordinal);
        foreach (var alert in fleet.Open)
        {
            if (mutes.Find(new(alert, Change.Fired)) is { } why)
                muted[alert.Key.Id] = new(why, active.Where(silence => silence.Match.Matches(alert)).MaxBy(silence => silence.End));
        }

        return muted;
    }

    /// <summary>Who was notified of these alerts, in their order.</summary>
    public Task<IReadOnlyList<IReadOnlyList<DeliveryState>>> NotifiedAsync(
        IEnumerable<Alert> alerts, CancellationToken cancellationToken) => deliveries.ListAsync(alerts, cancellationToken);
}

/// <summary>Why an open alert is not told for now.</summary>
/// <param name="Why">The reason.</param>
/// <param name="Silence">The silence, where it is one.</param>
public sealed record MutedView(Suppression Why, Silence? Silence);
