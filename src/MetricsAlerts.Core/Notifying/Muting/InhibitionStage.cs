using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>
/// An open alert of the same deployment that somebody is notified of stands for this one, for as long as it is open. Both are read from the deployment's partition,
/// where they were committed together. Two alerts that would mute each other are both told: else nobody would hear of either.
/// </summary>
internal static class InhibitionStage
{
    public static Suppression? Find(Alert alert, IReadOnlyList<Alert> ofDeployment, IReadOnlyList<InhibitionDefinition> inhibitions) =>
        FindAll(alert, ofDeployment, inhibitions).Select(other => new Suppression($"{Suppression.ByInhibition}{other.Key.Rule} on {other.Key.Instance}", Until: null))
        .FirstOrDefault();

    /// <summary>The alerts that stand for this one, the oldest first.</summary>
    public static IEnumerable<Alert> FindAll(
        Alert alert, IReadOnlyList<Alert> ofDeployment, IReadOnlyList<InhibitionDefinition> inhibitions) => ofDeployment
        .Where(other => other.IsOpen && other.Destinations.Any(destination => destination.IsRouted) && other.Key.Id != alert.Key.Id)
        .Where(other => Inhibits(inhibitions, other, alert) && !Inhibits(inhibitions, alert, other))
        .OrderBy(other => other.Since);

    private static bool Inhibits(IReadOnlyList<InhibitionDefinition> inhibitions, Alert source, Alert target) => inhibitions.Any(inhibition =>
        inhibition.When.Matches(source) && inhibition.Mute.Matches(target) &&
        inhibition.Equal.All(label => AlertLabels.Of(source, label) == AlertLabels.Of(target, label)));
}
