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
        var stretch = series.At(hour);
        var weather = knownAt >= end + (Hour * stretch.LateHours) ? stretch.Weather : stretch.Before;
        if (series.Instance != Instances.All && deployment.WasAbsent(series.Instance, start))
            weather = Weather.Missing;
        var model = deployment.Story.Models.Last(one => one.FromHour <= hour && (one.FromHour <= series.FirstHour || knownAt >= StartOf(one.FromHour) + (Hour * one.LateHours)));
        return new(start, end, Metrics.Value(series.Metric, weather), Metrics.Rows(weather)) { ModelId = model.Model };
    }
}
