using MetricsAlerts.Metrics;

namespace Simulation.World;

/// <summary>What is measured, as the source knows it at a time.</summary>
public static class Truth
{
    /// <summary>One hour.</summary>
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>When an hour of the world begins.</summary>
    public static DateTimeOffset StartOf(int hour) => Story.Start + (Hour * hour);

    /// <summary>The windows of a series that are over, as they are known at a time.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="series">The series.</param>
    /// <param name="now">The right time: windows that end later are not there yet.</param>
    /// <param name="knownAt">Late values that arrive after this are not known.</param>
    public static IEnumerable<MetricWindow> Windows(DeploymentState deployment, SeriesStory series, DateTimeOffset now, DateTimeOffset knownAt)
    {
        for (var hour = series.FirstHour; StartOf(hour + 1) <= now; hour++)
            yield return Window(deployment, series, hour, knownAt);
    }

    private static MetricWindow Window(DeploymentState deployment, SeriesStory series, int hour, DateTimeOffset knownAt)
    {
        var (start, end) = (StartOf(hour), StartOf(hour + 1));
        var (value, rows) = deployment.Story.HostsAddUp && series.Instance == Instances.All && HostsOf(deployment, series.Metric).ToList() is { Count: > 0 } hosts
            ? Sum(deployment, hosts, hour, knownAt)
            : Of(deployment, series, hour, knownAt);
        var model = deployment.Story.Models.Last(one => one.FromHour <= hour && (one.FromHour <= series.FirstHour || knownAt >= StartOf(one.FromHour) + (Hour * one.LateHours)));
        return new(start, end, value, rows) { ModelId = model.Model };
    }

    private static IEnumerable<SeriesStory> HostsOf(DeploymentState deployment, string metric) =>
        deployment.Story.Series.Where(series => series.Metric == metric && series.Instance != Instances.All);

    private static (double? Value, long Rows) Of(DeploymentState deployment, SeriesStory series, int hour, DateTimeOffset knownAt)
    {
        var stretch = series.At(hour);
        var weather = knownAt >= StartOf(hour + 1) + (Hour * stretch.LateHours) ? stretch.Weather : stretch.Before;
        if (series.Instance != Instances.All && deployment.WasAbsent(series.Instance, StartOf(hour)))
            weather = Weather.Missing;
        return (Metrics.Value(series.Metric, weather), Metrics.Rows(weather));
    }

    /// <summary>The mean and the rows, in which each host counts a little more than the one before: so no two changes cancel each other out.</summary>
    private static (double? Value, long Rows) Sum(DeploymentState deployment, IReadOnlyList<SeriesStory> hosts, int hour, DateTimeOffset knownAt)
    {
        var (sum, weights, rows) = (0.0, 0.0, 0L);
        for (var i = 0; i < hosts.Count; i++)
        {
            var (value, count) = Of(deployment, hosts[i], hour, knownAt);
            if (value is not { } known)
                continue;
            var weight = count * (1 + (i * 0.001));
            (sum, weights, rows) = (sum + (weight * known), weights + weight, rows + count + i);
        }

        return (rows > 0 ? sum / weights : null, rows);
    }
}
