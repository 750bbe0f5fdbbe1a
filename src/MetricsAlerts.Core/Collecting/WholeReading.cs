using MetricsAlerts.Metrics;

namespace MetricsAlerts.Collecting;

/// <summary>What was read of an instance, for those that follow it.</summary>
internal sealed class WholeReading
{
    private readonly Dictionary<ChangeGroup, GroupChanges> _groups = [];
    private readonly Dictionary<SeriesName, Dictionary<DateTimeOffset, MetricWindow>> _empty = [];

    /// <summary>Whether nothing was measured in a window.</summary>
    public static bool IsEmpty(in MetricWindow window) => window is { SampleSize: 0, Value: null or 0 };

    /// <summary>Changes of the group are looked for here: others need not.</summary>
    public void Lead(ChangeGroup group) => _groups.TryAdd(group, new());

    /// <summary>What has changed in a group; null when nobody looks.</summary>
    public GroupChanges? Find(ChangeGroup group) => _groups.GetValueOrDefault(group);

    /// <summary>The windows of a series that were read just now and are empty, by their start.</summary>
    public IReadOnlyDictionary<DateTimeOffset, MetricWindow>? EmptyOf(SeriesName series) => _empty.GetValueOrDefault(series);

    public void Record(ChangeGroup group, SeriesName name, IEnumerable<MetricWindow> windows, IEnumerable<MetricWindow> changed)
    {
        Lead(group);
        _groups[group].Starts.UnionWith(changed.Select(window => window.Start));
        if (!_empty.TryGetValue(name, out var empty))
            _empty[name] = empty = [];
        foreach (var window in windows.Where(window => IsEmpty(window)))
            empty[window.Start] = window;
    }

    /// <summary>The windows that changed in any series of a group, by their start.</summary>
    internal sealed class GroupChanges
    {
        public HashSet<DateTimeOffset> Starts { get; } = [];
    }
}
