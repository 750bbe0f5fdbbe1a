using System.Collections.Concurrent;
using MetricsAlerts.Formats;
using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.World;

/// <summary>Accuracy metrics over the rows whose actual has arrived.</summary>
internal sealed class PlayedAccuracy(SimulatedDeployment deployment, PredictionLog predictions, IReadOnlyList<ScoredRow> training)
{
    /// <summary>Without training data, the first days of a model are what it is compared with.</summary>
    private static readonly TimeSpan BaselinePeriod = TimeSpan.FromDays(14);

    /// <summary>Slices that no actual can change any more.</summary>
    private readonly ConcurrentDictionary<(string Metric, DateTimeOffset Start, DateTimeOffset End, string? Host), Statistic> _settled =
        new();

    /// <summary>Baselines by the hour until which actuals had arrived.</summary>
    private readonly ConcurrentDictionary<(string Metric, string Model, DateTimeOffset Hour), Statistic> _baselines = new();

    private bool HasActuals => deployment.HasAssociationId && deployment.HasDataCollection;

    public IReadOnlyList<Statistic> Read(IReadOnlyList<string> metrics, Slice slice)
    {
        var read = new Statistic[metrics.Count];
        var missing = false;
        for (var i = 0; i < metrics.Count; i++)
            missing |= !_settled.TryGetValue((metrics[i], slice.Start, slice.End, slice.Host), out read[i]);
        if (!missing)
            return read;

        var rows = Rows(slice, out var isSettled);
        for (var i = 0; i < metrics.Count; i++)
        {
            read[i] = new(AccuracyMetrics.Compute(metrics[i], rows), rows.Count);
            if (isSettled)
                _settled[(metrics[i], slice.Start, slice.End, slice.Host)] = read[i];
        }

        return read;
    }

    /// <summary>
    /// The metric over the training data; without any, over the model's first fourteen days as far as they are known now.
    /// </summary>
    public Statistic Baseline(string metric, string model, DateTimeOffset now)
    {
        if (training.Count > 0)
            return _baselines.GetOrAdd((metric, "", default), key => new(AccuracyMetrics.Compute(key.Metric, training), training.Count));

        var last = predictions.LastActual;
        var known = now < last ? Timestamps.Floor(now, TimeSpan.FromHours(1)) : last;
        return _baselines.GetOrAdd((metric, model, known), key =>
        {
            var (from, until) = deployment.TimeOf(key.Model);
            if (from == until)
                return new(null, 0);
            var start = from > predictions.Start ? from : predictions.Start;
            var rows = Rows(new Slice(start, start + BaselinePeriod, key.Hour).Within(from, until), out _);
            return new(AccuracyMetrics.Compute(key.Metric, rows), rows.Count);
        });
    }

    public (long Total, long WithActual) Count(Slice slice)
    {
        var (total, withActual) = (0L, 0L);
        foreach (ref readonly var prediction in predictions.Of(slice.Start, slice.End))
        {
            if (prediction.At > slice.Now || (slice.Host is not null && prediction.Host != slice.Host))
                continue;
            total++;
            withActual += HasActuals && prediction.ActualAt <= slice.Now ? 1 : 0;
        }

        return (total, withActual);
    }

    private List<ScoredRow> Rows(Slice slice, out bool isSettled)
    {
        var rows = new List<ScoredRow>();
        isSettled = slice.End <= slice.Now;
        if (!HasActuals)
            return rows;
        foreach (ref readonly var prediction in predictions.Of(slice.Start, slice.End))
        {
            if (slice.Host is not null && prediction.Host != slice.Host)
                continue;
            if (prediction.At > slice.Now || prediction.ActualAt > slice.Now)
                isSettled &= prediction.ActualAt == DateTimeOffset.MaxValue;
            else
                rows.Add(new(prediction.Predicted, prediction.Actual));
        }

        return rows;
    }
}
