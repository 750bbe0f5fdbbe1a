namespace MetricsAlerts.Simulator.World;

/// <summary>All predictions of a deployment in order of time.</summary>
public sealed class PredictionLog
{
    private readonly Prediction[] _predictions;
    private readonly long[] _times;

    /// <summary>Takes predictions in any order.</summary>
    public PredictionLog(IEnumerable<Prediction> predictions)
    {
        _predictions = [.. predictions.OrderBy(prediction => prediction.At)];
        _times = [.. _predictions.Select(prediction => prediction.At.UtcTicks)];
        Hosts = [.. _predictions.Select(prediction => prediction.Host).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The prediction server hosts.</summary>
    public IReadOnlyList<string> Hosts { get; }

    /// <summary>The first prediction's time.</summary>
    public DateTimeOffset Start => _predictions[0].At;

    /// <summary>The last prediction's time.</summary>
    public DateTimeOffset End => _predictions[^1].At;

    /// <summary>The latest time at which an actual becomes known; the last prediction's time when none ever does.</summary>
    public DateTimeOffset LastActual =>
        _predictions.Select(prediction => prediction.ActualAt).Where(at => at < DateTimeOffset.MaxValue).DefaultIfEmpty(End).Max();

    /// <summary>The time of the last prediction at or before a time; null for none.</summary>
    public DateTimeOffset? LastBy(DateTimeOffset time)
    {
        var after = time == DateTimeOffset.MaxValue ? _predictions.Length : LowerBound(time.UtcTicks + 1);
        return after == 0 ? null : _predictions[after - 1].At;
    }

    /// <summary>The predictions of a period, of all hosts.</summary>
    public ReadOnlySpan<Prediction> Of(DateTimeOffset start, DateTimeOffset end)
    {
        var from = LowerBound(start.UtcTicks);
        return _predictions.AsSpan(from, Math.Max(0, LowerBound(end.UtcTicks) - from));
    }

    private int LowerBound(long ticks)
    {
        var index = Array.BinarySearch(_times, ticks);
        if (index < 0)
            return ~index;
        while (index > 0 && _times[index - 1] == ticks)
            index--;
        return index;
    }
}
