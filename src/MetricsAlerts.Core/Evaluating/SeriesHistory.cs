using MetricsAlerts.Metrics;

namespace MetricsAlerts.Evaluating;

/// <summary>Where a window went in a history.</summary>
public enum Placement : byte
{
    /// <summary>It is newer than every other.</summary>
    Appended,

    /// <summary>It is new, but older than another that came first.</summary>
    Inserted,

    /// <summary>It is older than every other: conditions may look at it, but it is not judged.</summary>
    Earlier,

    /// <summary>It replaces what was known of the same time.</summary>
    Revised,

    /// <summary>It says what was known already, or comes from an older reading than what is known.</summary>
    Unchanged,

    /// <summary>It is older than what can still be evaluated anew.</summary>
    TooOld,
}

/// <summary>
/// The newest windows of a series, oldest first. Those that start before <see cref="FoldedBefore"/> are settled: they are there for conditions
/// that look back, and can no longer be revised. Each window knows the reading that it came with.
/// </summary>
internal sealed class SeriesHistory
{
    /// <summary>The most windows that a history needs: five weeks of hours, so that an hour of the week has been seen several times.</summary>
    public const int MaxWindows = Rules.CompiledRule.MaxContextWindows;

    private MetricWindow[] _windows = [];
    private long[] _readings = [];
    private int _count;

    public ReadOnlySpan<MetricWindow> Windows => _windows.AsSpan(0, _count);

    /// <summary>The reading of each window.</summary>
    public ReadOnlySpan<long> Readings => _readings.AsSpan(0, _count);

    public int Count => _count;

    /// <summary>Windows that start before this are settled.</summary>
    public DateTimeOffset FoldedBefore { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Windows that start before this are stored apart, as <see cref="InstanceState.IsWhole"/> says; none are before any time.</summary>
    public DateTimeOffset RecentFrom { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Whether some windows are stored apart.</summary>
    public bool HasEarlier => RecentFrom > DateTimeOffset.MinValue;

    /// <summary>The index of the first window that can still be revised.</summary>
    public int FoldStart => LowerBound(FoldedBefore);

    /// <summary>Makes room for this many windows in all.</summary>
    public void Reserve(int windows)
    {
        if (windows <= _windows.Length)
            return;
        Array.Resize(ref _windows, windows);
        Array.Resize(ref _readings, windows);
    }

    /// <summary>Puts a window into its place.</summary>
    /// <param name="window">The window.</param>
    /// <param name="reading">The reading that it comes with; what an older reading says of a window that is known counts for nothing.</param>
    public Placement Put(in MetricWindow window, long reading)
    {
        if (window.Start < FoldedBefore)
            return _count > 0 && window.Start < _windows[0].Start ? Insert(0, window, reading, Placement.Earlier) : Placement.TooOld;
        if (_count == 0 || window.Start > _windows[_count - 1].Start)
            return Insert(_count, window, reading, Placement.Appended);

        var index = LowerBound(window.Start);
        if (_windows[index].Start != window.Start)
            return Insert(index, window, reading, Placement.Inserted);
        if (reading < _readings[index])
            return Placement.Unchanged;
        _readings[index] = reading;
        if (_windows[index] == window)
            return Placement.Unchanged;
        _windows[index] = window;
        return Placement.Revised;
    }

    /// <summary>Forgets the oldest windows.</summary>
    public void RemoveOldest(int windows)
    {
        if (windows <= 0)
            return;
        _count -= windows;
        Array.Copy(_windows, windows, _windows, 0, _count);
        Array.Copy(_readings, windows, _readings, 0, _count);
    }

    /// <summary>The index of the first window that does not start before <paramref name="start"/>.</summary>
    public int LowerBound(DateTimeOffset start)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_windows[middle].Start < start)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private Placement Insert(int index, in MetricWindow window, long reading, Placement placement)
    {
        if (_count == _windows.Length)
            Reserve(Math.Max(8, _count * 2));
        Array.Copy(_windows, index, _windows, index + 1, _count - index);
        Array.Copy(_readings, index, _readings, index + 1, _count - index);
        _windows[index] = window;
        _readings[index] = reading;
        _count++;
        return placement;
    }
}
