using MetricsAlerts.Alerts;

namespace MetricsAlerts.Viewing;

/// <summary>What happened to one alert: its changes and every message about it.</summary>
public sealed class AlertTimeline(HistoryStore history, TimeProvider time)
{
    /// <summary>How far back is looked at most.</summary>
    public const int MostDays = 30;

    /// <summary>
    /// The entries since the day on which the alert's episode began, the newest first, at most <see cref="MostDays"/> back.
    /// </summary>
    public async Task<IReadOnlyList<HistoryEntry>> ReadAsync(Alert alert, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var began = DateOnly.FromDateTime(alert.Since.UtcDateTime);
        var entries = new List<HistoryEntry>();
        for (var day = began < today.AddDays(-MostDays) ? today.AddDays(-MostDays) : began; day <= today; day = day.AddDays(1))
        {
            await foreach (var entry in history.ListAsync(day, alert.Key.DeploymentId, cancellationToken))
            {
                if (entry.Alert.Key == alert.Key)
                    entries.Add(entry);
            }
        }

        entries.Reverse();
        return entries;
    }
}
