using MetricsAlerts.Metrics;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Collecting;

/// <summary>What has been published of one instance, and when the source last named it.</summary>
/// <param name="instance">The prediction server host, or <c>all</c>.</param>
/// <param name="stored">The rows it was read from.</param>
internal sealed class InstanceCheckpoint(string instance, IReadOnlyList<TableRow> stored)
{
    private readonly Dictionary<SeriesName, SeriesCheckpoint> _series = [];

    public string Instance => instance;

    public IReadOnlyList<TableRow> Stored => stored;

    public IReadOnlyDictionary<SeriesName, SeriesCheckpoint> Series => _series;

    /// <summary>When the source last named the host; of a missing one, the latest time at which it can have.</summary>
    public DateTimeOffset LastNamed { get; private set; }

    /// <summary>Whether the last list that could be read did not name the host.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>Whether it differs from what is stored.</summary>
    public bool IsChanged { get; private set; }

    public SeriesCheckpoint? Find(SeriesName series) => _series.GetValueOrDefault(series);

    public SeriesCheckpoint GetOrAdd(SeriesName series)
    {
        if (!_series.TryGetValue(series, out var checkpoint))
            _series[series] = checkpoint = new();
        return checkpoint;
    }

    /// <summary>Records what came of a series: what was published of it, from where it was read, and what is still to be read.</summary>
    /// <param name="outcome">What came of it.</param>
    /// <param name="lookedAt">When changes were looked for; null when that is not to be remembered.</param>
    public void Record(SeriesOutcome outcome, DateTimeOffset? lookedAt)
    {
        if (outcome.ReadFrom is null && Find(outcome.Name) is null)
            return;
        var series = GetOrAdd(outcome.Name);
        var (readFrom, looked) = (outcome.ReadFrom ?? series.ReadFrom, outcome.IsLooked ? lookedAt : series.LookedAt);
        IsChanged |= outcome.Changed.Count > 0 || series.ReadFrom != readFrom || series.LookedAt != looked ||
            !series.Owed.SetEquals(outcome.Owed) || series.UncutSince is not null;
        (series.ReadFrom, series.LookedAt, series.UncutSince) = (readFrom, looked, null);
        series.IsForgotten &= readFrom is null;
        series.Owed.Clear();
        series.Owed.UnionWith(outcome.Owed);
        foreach (var window in outcome.Changed)
            series.MarkPublished(window);
    }

    /// <summary>Leaves windows of a series to a later tick.</summary>
    public void Owe(SeriesName name, IEnumerable<DateTimeOffset> windows)
    {
        if (Find(name) is not { } series)
            return;
        var before = series.Owed.Count;
        series.Owed.UnionWith(windows);
        IsChanged |= series.Owed.Count != before;
    }

    /// <summary>Forgets what is known of a series, but not that Evaluate is to be told so.</summary>
    public void ForgetAll(SeriesName name)
    {
        if (Find(name) is not { IsForgotten: false } series)
            return;
        series.ForgetAll();
        IsChanged = true;
    }

    /// <summary>Notes that the source does not tell hosts apart in a series' family any more.</summary>
    public void RecordUncut(SeriesName name, DateTimeOffset now)
    {
        if (Find(name) is not { } series || series.UncutSince <= now)
            return;
        (series.UncutSince, IsChanged) = (now, true);
    }

    public void Remove(SeriesName series) => IsChanged |= _series.Remove(series);

    public void Forget(DateTimeOffset before)
    {
        foreach (var series in _series.Values)
            series.Forget(before);
    }

    /// <summary>Restores what is stored.</summary>
    public void Restore(DateTimeOffset lastNamed, bool isMissing) => (LastNamed, IsMissing) = (lastNamed, isMissing);

    /// <summary>
    /// Records that a list names the host. It is stored with the next windows, or when what is stored is older than
    /// <paramref name="precision"/>: a quiet deployment is not written at every tick.
    /// </summary>
    public void RecordNamed(DateTimeOffset now, TimeSpan precision)
    {
        IsChanged |= IsMissing || LastNamed > now || now - LastNamed >= precision;
        (LastNamed, IsMissing) = (now, false);
    }

    /// <summary>
    /// Records that a list does not name the host. What is stored may be older than the truth by <paramref name="precision"/>, so at
    /// first the latest possible time is taken: a host is never gone too early, and with regular ticks at most one tick late.
    /// </summary>
    public void RecordMissing(DateTimeOffset now, TimeSpan precision)
    {
        if (!IsMissing)
        {
            LastNamed += precision;
            (IsMissing, IsChanged) = (true, true);
        }

        // A time in the future is from before the clock was set back.
        if (LastNamed > now)
            (LastNamed, IsChanged) = (now, true);
    }
}
