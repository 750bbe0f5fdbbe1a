using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>The first stages of Notify, in order: silence, maintenance window, inhibition. The first that mutes an alert decides.</summary>
internal sealed class SuppressionCheck(SilenceStore silences, AlertStore alerts)
{
    private readonly SilenceStage _silences = new(silences);
    private readonly InhibitionStage _inhibitions = new(alerts);

    /// <summary>Why the alert is not told at <paramref name="now"/>; null when it is.</summary>
    public async Task<Suppression?> FindAsync(AlertMessage alert, RuleSet rules, DateTimeOffset now, CancellationToken cancellationToken) =>
        await _silences.FindAsync(alert, now, cancellationToken)
        ?? MaintenanceStage.Find(alert, rules.Maintenance, now)
        ?? await _inhibitions.FindAsync(alert, rules.Inhibitions, cancellationToken);
}
