using System.Globalization;
using System.Runtime.CompilerServices;
using MetricsAlerts.Alerts;
using MetricsAlerts.Evaluating;

namespace MetricsAlerts.Operations;

/// <summary>Finds alerts and what happened to them.</summary>
public sealed class AlertSearch(AlertStore alerts, HistoryStore history, WatchedSeriesReader standings, TimeProvider time)
{
    /// <summary>Nothing of an alert is looked for further back than this.</summary>
    public static readonly TimeSpan LongestStory = TimeSpan.FromDays(35);

    /// <summary>Alerts in the order of <see cref="FoundAlert.Place"/>.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="after">Only those after this place; empty for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async IAsyncEnumerable<FoundAlert> ListAsync(
        AlertFilter filter, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = new List<FoundAlert>();
        await foreach (var alert in alerts.ListAsync(cancellationToken))
            found.Add(new(alert.IsOpen ? AlertStatus.Open : AlertStatus.Closed, alert));
        if (filter.Statuses.Contains(AlertStatus.Pending))
        {
            await foreach (var series in standings.ListAsync(cancellationToken))
                found.AddRange(series.Rules.Where(rule => rule.Pending is not null).Select(rule => Pending(rule.Pending!)));
        }

        foreach (var one in found.Where(filter.Matches).OrderBy(one => one.Place, StringComparer.Ordinal))
        {
            if (string.CompareOrdinal(one.Place, after) > 0)
                yield return one;
        }
    }

    /// <summary>An alert by the id of its key, open or closed; null when there is none.</summary>
    public async Task<FoundAlert?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await foreach (var alert in alerts.ListAsync(cancellationToken))
        {
            if (alert.Key.Id == id)
                return new(alert.IsOpen ? AlertStatus.Open : AlertStatus.Closed, alert);
        }

        return null;
    }

    /// <summary>What happened, newest first.</summary>
    /// <param name="filter">Of which alerts; its <see cref="AlertFilter.Since"/> must be given.</param>
    /// <param name="until">Nothing from then on.</param>
    /// <param name="before">Only what is before this place in the order of <see cref="PlaceOf"/>; empty for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async IAsyncEnumerable<HistoryEntry> HistoryAsync(
        AlertFilter filter, DateTimeOffset until, string before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = Day(filter.Since ?? until - LongestStory);
        for (var day = Day(until); day >= first; day = day.AddDays(-1))
        {
            var entries = await history.ListAsync(day, cancellationToken)
                .Where(entry => entry.At < until && filter.Matches(entry)).ToListAsync(cancellationToken);
            foreach (var entry in entries.OrderByDescending(PlaceOf, StringComparer.Ordinal))
            {
                if (before.Length == 0 || string.CompareOrdinal(PlaceOf(entry), before) < 0)
                    yield return entry;
            }
        }
    }

    /// <summary>What happened to one alert since its episode began, newest first, at most so many entries.</summary>
    public async Task<IReadOnlyList<HistoryEntry>> StoryAsync(Alert alert, int most, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var from = alert.Since < now - LongestStory ? now - LongestStory : alert.Since;
        var story = new List<HistoryEntry>();
        for (var day = Day(now); day >= Day(from) && story.Count < most; day = day.AddDays(-1))
        {
            var entries = await history.ListAsync(day, alert.Key.DeploymentId, cancellationToken)
                .Where(entry => entry.Alert.Key.Id == alert.Key.Id).ToListAsync(cancellationToken);
            story.AddRange(entries.OrderByDescending(PlaceOf, StringComparer.Ordinal));
        }

        return [.. story.Take(most)];
    }

    /// <summary>An entry's place in the order of time.</summary>
    public static string PlaceOf(HistoryEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.At.UtcTicks:D19}|{entry.Id}");

    private static FoundAlert Pending(Alert alert) => new(AlertStatus.Pending, alert);

    private static DateOnly Day(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);
}
