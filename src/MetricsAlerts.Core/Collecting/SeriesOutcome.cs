using MetricsAlerts.Metrics;

namespace MetricsAlerts.Collecting;

/// <summary>What a tick needed of a series of an instance, and what came of it.</summary>
internal sealed class SeriesOutcome(SeriesName name)
{
    private readonly SortedSet<DateTimeOffset> _owed = [];
    private readonly Dictionary<DateTimeOffset, MetricWindow> _changed = [];

    public SeriesName Name => name;

    /// <summary>New and revised windows, oldest first.</summary>
    public IReadOnlyList<MetricWindow> Changed => [.. _changed.Values.OrderBy(window => window.Start)];

    /// <summary>Starts of windows that are still to be read.</summary>
    public IReadOnlySet<DateTimeOffset> Owed => _owed;

    /// <summary>From where on the series has been read without a gap; null when it was not read at all.</summary>
    public DateTimeOffset? ReadFrom { get; private set; }

    /// <summary>Whether changes in its past windows were looked for.</summary>
    public bool IsLooked { get; private set; }

    /// <summary>Whether the source has the series.</summary>
    public bool IsOffered { get; set; } = true;

    /// <summary>These windows are to be read: owed until they are.</summary>
    public void Expect(IEnumerable<DateTimeOffset> windows) => _owed.UnionWith(windows);

    /// <summary>Windows were read as these; of those that were asked for nothing is owed any more.</summary>
    public void Record(SeriesNeed need, IEnumerable<DateTimeOffset> asked, IEnumerable<MetricWindow> changed)
    {
        _owed.ExceptWith(asked);
        foreach (var window in changed)
            _changed[window.Start] = window;
        ReadFrom = need.ReadFrom ?? ReadFrom;
        IsLooked |= need.IsLook;
    }
}
