using MetricsAlerts.Metrics;

namespace MetricsAlerts.Collecting;

/// <summary>What has been published of one series: a fingerprint of each window within the look-back.</summary>
internal sealed class SeriesCheckpoint
{
    private readonly Dictionary<long, long> _published = [];

    /// <summary>Fingerprints by the window's start in UTC ticks.</summary>
    public IReadOnlyDictionary<long, long> Published => _published;

    /// <summary>Whether nothing was ever published.</summary>
    public bool IsEmpty => _published.Count == 0;

    /// <summary>The start of the oldest published window that is remembered; null when there is none.</summary>
    public DateTimeOffset? Oldest => _published.Count == 0 ? null : new(_published.Keys.Min(), TimeSpan.Zero);

    /// <summary>The start of the newest published window; null when there is none.</summary>
    public DateTimeOffset? Newest => _published.Count == 0 ? null : new(_published.Keys.Max(), TimeSpan.Zero);

    /// <summary>Notes the window as published; answers whether it is new or has changed.</summary>
    public bool Note(in MetricWindow window) => Note(window.Start.UtcTicks, Fingerprint(window));

    public bool Note(long start, long fingerprint)
    {
        if (_published.TryGetValue(start, out var before) && before == fingerprint)
            return false;
        _published[start] = fingerprint;
        return true;
    }

    /// <summary>Forgets what lies before the look-back.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var start in _published.Keys.Where(start => start < before.UtcTicks).ToList())
            _published.Remove(start);
    }

    /// <summary>FNV-1a of what a revision can change. Source: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm".</summary>
    private static long Fingerprint(in MetricWindow window)
    {
        var hash = 14695981039346656037UL;
        Mix(ref hash, window.Value is { } value ? BitConverter.DoubleToInt64Bits(value) : long.MinValue);
        Mix(ref hash, window.SampleSize);
        Mix(ref hash, window.Baseline is { } baseline ? BitConverter.DoubleToInt64Bits(baseline) : long.MinValue);
        Mix(ref hash, window.Completeness is { } completeness ? BitConverter.DoubleToInt64Bits(completeness) : long.MinValue);
        foreach (var character in window.ModelId ?? "")
            Mix(ref hash, character);
        return (long)hash;
    }

    private static void Mix(ref ulong hash, long value)
    {
        for (var shift = 0; shift < 64; shift += 8)
            hash = (hash ^ (byte)(value >> shift)) * 1099511628211UL;
    }
}
