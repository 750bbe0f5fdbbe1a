using MetricsAlerts.Metrics;

namespace MetricsAlerts.Collecting;

/// <summary>
/// What has been published of one series: a fingerprint of each window within the look-back, and how far back it was read.
/// </summary>
internal sealed class SeriesCheckpoint
{
    private readonly Dictionary<long, long> _published = [];

    /// <summary>Fingerprints by the window's start in UTC ticks.</summary>
    public IReadOnlyDictionary<long, long> Published => _published;

    /// <summary>From where on the series was read without a gap; null when it never was.</summary>
    public DateTimeOffset? ReadFrom { get; set; }

    /// <summary>When it was last looked for changes in its past windows; null when it never was.</summary>
    public DateTimeOffset? LookedAt { get; set; }

    /// <summary>Since when the source does not tell hosts apart in the series' family; null when it does.</summary>
    public DateTimeOffset? UncutSince { get; set; }

    /// <summary>Nothing is known of it any more, and Evaluate is still to be told so: that comes after it is stored here.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>
    /// Starts of windows that are still to be read, because others changed with the same cause, or because a request failed.
    /// </summary>
    public SortedSet<DateTimeOffset> Owed { get; } = [];

    /// <summary>The start of the newest published window; null when there is none.</summary>
    public DateTimeOffset? Newest => _published.Count == 0 ? null : new(_published.Keys.Max(), TimeSpan.Zero);

    /// <summary>Whether the window was never published, or with other content.</summary>
    public bool HasChanged(in MetricWindow window) =>
        !_published.TryGetValue(window.Start.UtcTicks, out var before) || before != Fingerprint(window);

    /// <summary>Records that the window was published as it is.</summary>
    public void MarkPublished(in MetricWindow window) => MarkPublished(window.Start.UtcTicks, Fingerprint(window));

    /// <summary>Records that a window with this start, in UTC ticks, and this fingerprint was published.</summary>
    public void MarkPublished(long start, long fingerprint) => _published[start] = fingerprint;

    /// <summary>Whether a window with this start was published.</summary>
    public bool HasPublished(DateTimeOffset start) => _published.ContainsKey(start.UtcTicks);

    /// <summary>Forgets everything.</summary>
    public void ForgetAll()
    {
        _published.Clear();
        Owed.Clear();
        (ReadFrom, LookedAt, UncutSince, IsForgotten) = (null, null, null, true);
    }

    /// <summary>
    /// Forgets what was published of the windows that start before <paramref name="before"/>, but the newest: it says up to where the
    /// series was read.
    /// </summary>
    public void Forget(DateTimeOffset before)
    {
        var newest = Newest?.UtcTicks;
        foreach (var start in _published.Keys.Where(start => start < before.UtcTicks && start != newest).ToList())
            _published.Remove(start);
    }

    /// <summary>
    /// FNV-1a of what a revision can change. Source: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash
    /// Algorithm".
    /// </summary>
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
