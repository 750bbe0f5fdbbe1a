using System.Collections.Concurrent;
using MetricsAlerts.Formats;
using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.World;

/// <summary>The distance of predictions from the training data; without any, from the first days as far as they are known now.</summary>
internal sealed class PlayedDrift(SimulatedDeployment deployment, PredictionLog predictions, IReadOnlyList<ScoredRow> training)
{
    private static readonly TimeSpan BaselinePeriod = TimeSpan.FromDays(14);

    private readonly ConcurrentDictionary<DateTimeOffset, long[]> _baselines = new();
    private readonly Lazy<(double Least, double Most)> _range = new(
        () => deployment.TargetType == "Binary" || training.Count == 0
            ? (0, 1)
            : (training.Min(row => row.Predicted), training.Max(row => row.Predicted)));

    public Statistic Read(DriftMetric metric, Slice slice)
    {
        var now = Histogram(slice);
        return Drift.Between(metric, now, Baseline(slice.Now)) is { } distance
            ? new(Math.Round(distance, 6), now.Sum())
            : new(null, now.Sum());
    }

    private long[] Baseline(DateTimeOffset now)
    {
        var end = predictions.Start + BaselinePeriod;
        var known = training.Count > 0 ? DateTimeOffset.MinValue : now < end ? Timestamps.Floor(now, TimeSpan.FromHours(1)) : end;
        return _baselines.GetOrAdd(known, until => training.Count > 0
            ? Drift.Histogram(training.Select(row => row.Predicted), _range.Value.Least, _range.Value.Most)
            : Histogram(new(predictions.Start, end, until)));
    }

    private long[] Histogram(Slice slice)
    {
        var values = new List<double>();
        foreach (ref readonly var prediction in predictions.Of(slice.Start, slice.End))
        {
            if (prediction.At <= slice.Now && (slice.Host is null || prediction.Host == slice.Host))
                values.Add(prediction.Predicted);
        }

        return Drift.Histogram(values, _range.Value.Least, _range.Value.Most);
    }
}
