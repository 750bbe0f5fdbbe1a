using MetricsAlerts.Evaluating;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>The first stages of Notify, in order: silence, maintenance window, inhibition. The first that mutes an alert decides.</summary>
internal sealed class SuppressionCheck(SilenceStore silences, AlertStore alerts)
{
    /// <summary>Why the alert is not told at <paramref name="now"/>; null when it is.</summary>
    public async Task<Suppression?> FindAsync(AlertMessage alert, RuleSet rules, DateTimeOffset now, CancellationToken cancellationToken) =>
        BySilence(alert, await silences.ListAsync(cancellationToken), now)
        ?? ByMaintenance(alert, rules.Maintenance, now)
        ?? await ByInhibitionAsync(alert, rules.Inhibitions, cancellationToken);

    public static Suppression? BySilence(AlertMessage alert, IReadOnlyList<Silence> silences, DateTimeOffset now) => silences
        .Where(silence => silence.IsOn(now) && silence.Match.Matches(alert))
        .OrderByDescending(silence => silence.End)
        .Select(silence => new Suppression(Suppression.BySilence + silence.Id, silence.End))
        .FirstOrDefault();

    public static Suppression? ByMaintenance(AlertMessage alert, IReadOnlyList<MaintenanceDefinition> windows, DateTimeOffset now) => windows
        .Where(window => window.Match.Matches(alert))
        .Select(window => (window.Name, End: window.EndIfOn(now)))
        .Where(window => window.End is not null)
        .OrderByDescending(window => window.End)
        .Select(window => new Suppression(Suppression.ByMaintenance + window.Name, window.End))
        .FirstOrDefault();

    private async Task<Suppression?> ByInhibitionAsync(AlertMessage alert, IReadOnlyList<InhibitionDefinition> inhibitions, CancellationToken cancellationToken)
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
