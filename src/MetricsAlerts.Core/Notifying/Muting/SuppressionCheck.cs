using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>What mutes alerts at one moment: silences, then maintenance windows, then inhibitions. The first that mutes an alert decides.</summary>
internal sealed class SuppressionCheck(SilenceStore silences, AlertStore alerts)
{
    /// <summary>Reads what may mute these alerts.</summary>
    public async Task<Mutes> PrepareAsync(IEnumerable<Alert> open, RuleSet rules, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var active = await silences.GetActiveAsync(now, cancellationToken);
        var deployments = open.Where(alert => rules.Inhibitions.Any(inhibition => inhibition.Mute.Matches(alert)))
            .Select(alert => alert.Key.DeploymentId).Distinct(StringComparer.Ordinal);
        var others = new Dictionary<string, IReadOnlyList<Alert>>(StringComparer.Ordinal);
        foreach (var deployment in deployments)
            others[deployment] = await alerts.ListAsync(deployment, cancellationToken).ToListAsync(cancellationToken);
        return new(active, rules, others, now);
    }
}

/// <summary>What mutes alerts at one moment.</summary>
internal sealed class Mutes(
    IReadOnlyList<Silence> silences, RuleSet rules, IReadOnlyDictionary<string, IReadOnlyList<Alert>> others, DateTimeOffset now)
{
    /// <summary>Why a change is not told for now; null when it is.</summary>
    public Suppression? Find(AlertChange change) =>
        SilenceStage.Find(change.Alert, silences)
        ?? MaintenanceStage.Find(change.Alert, rules.Maintenance, now)
        ?? InhibitionStage.Find(change.Alert, others.GetValueOrDefault(change.Alert.Key.DeploymentId) ?? [], rules.Inhibitions);
}
