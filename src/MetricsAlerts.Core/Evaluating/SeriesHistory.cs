using MetricsAlerts.Metrics;

namespace MetricsAlerts.Evaluating;

/// <summary>Where a window went in a history.</summary>
public enum Placement : byte
{
    /// <summary>It is newer than every other.</summary>
    Appended,

    /// <summary>It is new, but older than another that came first.</summary>
    Inserted,

    /// <summary>It replaces what was known of the same time.</summary>
    Revised,

    /// <summary>It says what was known already.</summary>
    Unchanged,

    /// <summary>It is older than what can still be evaluated anew.</summary>
    TooOld,
}

/// <summary>
/// The newest windows of a series, oldest first. Windows from <see cref="FoldedBefore"/> on can be revised; the ones before it are
/// folded into the rules' base states and kept only as context for conditions that compare.
/// </summary>
internal sealed class SeriesHistory
{
    /// <summary>The most windows that a history needs: five weeks of hours, so that an hour of the week has been seen several times.</summary>
    public const int MaxWindows = 840;

    private MetricWindow[] _windows = [];
    private int _count;

    public ReadOnlySpan<MetricWindow> Windows => _windows.AsSpan(0, _count);

    public int Count => _count;

    /// <summary>Windows that start before this are settled.</summary>
    public DateTimeOffset FoldedBefore { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Windows that start before this are stored apart, as <see cref="SeriesPartition.IsWhole"/> says; none are before any time.</summary>
    public DateTimeOffset RecentFrom { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Whether some windows are stored apart.</summary>
    public bool HasEarlier => RecentFrom > DateTimeOffset.MinValue;

    /// <summary>The index of the first window that can still be revised.</summary>
    public int FoldStart => LowerBound(FoldedBefore);

    /// <summary>Makes room for so many windows in all.</summary>
    public void Reserve(int windows)
    {
        if (windows > _windows.Length)
            Array.Resize(ref _windows, windows);
    }

    public Placement Put(in MetricWindow window)
    {
        if (window.Start < FoldedBefore)
            return Placement.TooOld;
        if (_count == 0 || window.Start > _windows[_count - 1].Start)
        {
            Insert(_count, window);
            return Placement.Appended;
        }

        var index = LowerBound(window.Start);
        if (_windows[index].Start != window.Start)
        {
            Insert(index, window);
            return Placement.Inserted;
        }

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

    private void Insert(int index, in MetricWindow window)
    {
        if (_count == _windows.Length)
            Array.Resize(ref _windows, Math.Max(8, _count * 2));
        Array.Copy(_windows, index, _windows, index + 1, _count - index);
        _windows[index] = window;
        _count++;
    }
}
