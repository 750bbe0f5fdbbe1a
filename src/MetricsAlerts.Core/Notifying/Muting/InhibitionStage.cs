using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>The third stage of Notify: an alert of the same deployment that people were told of stands for this one, until it is over.</summary>
internal sealed class InhibitionStage(AlertStore alerts)
{
    public async Task<Suppression?> FindAsync(AlertMessage alert, IReadOnlyList<InhibitionDefinition> inhibitions, CancellationToken cancellationToken)
    {
        var applicable = inhibitions.Where(inhibition => inhibition.Mute.Matches(alert)).ToList();
        if (applicable.Count == 0)
            return null;
        await foreach (var other in alerts.ListAsync(alert.Deployment.Id, cancellationToken))
        {
            // Only what people were told of can stand for what they are not told.
            if (other.IsOpen && other.Told.Count > 0 && other.Last.Transition.AlertId != alert.Transition.AlertId && applicable.Exists(inhibition => Inhibits(inhibition, other.Last, alert)))
                return new(Suppression.ByInhibition + other.Last.Transition.AlertId, Until: null);
        }

        return null;
    }

    private static bool Inhibits(InhibitionDefinition inhibition, AlertMessage source, AlertMessage target) =>
        inhibition.When.Matches(source) && inhibition.Equal.All(label => AlertLabels.Of(source, label) == AlertLabels.Of(target, label));
}
