using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>All that mutes an alert at one moment. Notify needs only the first; people want to know of each.</summary>
/// <param name="Silences">The ids of the silences that match.</param>
/// <param name="Maintenance">The names of the maintenance windows that are on.</param>
/// <param name="Alerts">The open alerts that stand for it.</param>
public sealed record MutedBy(IReadOnlyList<string> Silences, IReadOnlyList<string> Maintenance, IReadOnlyList<Alert> Alerts)
{
    /// <summary>Whether anything does.</summary>
    public bool IsMuted => Silences.Count + Maintenance.Count + Alerts.Count > 0;

    /// <summary>Finds it.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="ofDeployment">The alerts of its deployment.</param>
    /// <param name="active">The silences that hold.</param>
    /// <param name="rules">The rules of today.</param>
    /// <param name="now">The time.</param>
    public static MutedBy Find(
        Alert alert, IReadOnlyList<Alert> ofDeployment, IReadOnlyList<Silence> active, RuleSet rules, DateTimeOffset now) => new(
        [.. active.Where(silence => silence.Match.Matches(alert)).Select(silence => silence.Id)],
        [.. rules.Maintenance.Where(window => window.Match.Matches(alert) && window.EndIfOn(now) is not null).Select(window => window.Name)],
        [.. InhibitionStage.FindAll(alert, ofDeployment, rules.Inhibitions)]);
}
