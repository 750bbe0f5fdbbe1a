using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying.Muting;

/// <summary>The second stage of Notify: in a recurring maintenance window these alerts are not told. Of several windows the one that ends last decides.</summary>
internal static class MaintenanceStage
{
    public static Suppression? Find(Alert alert, IReadOnlyList<MaintenanceDefinition> windows, DateTimeOffset now) => windows
        .Where(window => window.Match.Matches(alert))
        .Select(window => (window.Name, End: window.EndIfOn(now)))
        .Where(window => window.End is not null)
        .OrderByDescending(window => window.End)
        .Select(window => new Suppression(Suppression.ByMaintenance + window.Name, window.End))
        .FirstOrDefault();
}
