using System.Collections.Concurrent;

namespace MetricsAlerts.DataRobot.Directories;

/// <summary>Remembers something of each deployment for a while.</summary>
internal sealed class DeploymentMemory<T>(TimeSpan remember, TimeProvider time)
{
    /// <summary>With more than so many entries those that are too old are forgotten: deployments come and go.</summary>
    private const int ManyEntries = 10_000;

    private readonly ConcurrentDictionary<string, (T Value, DateTimeOffset At)> _values = new(StringComparer.Ordinal);

    /// <summary>What is remembered, or is found now. What could not be found is asked for again.</summary>
    public async Task<T> GetAsync(string key, Func<Task<T>> find)
    {
        var now = time.GetUtcNow();
        if (_values.TryGetValue(key, out var known) && IsFresh(known.At, now))
            return known.Value;
        var found = await find();
        if (_values.Count >= ManyEntries)
            Forget(now);
        _values[key] = (found, now);
        return found;
    }

    /// <summary>A time in the future is from before the clock was set back.</summary>
    private bool IsFresh(DateTimeOffset at, DateTimeOffset now) => at <= now && now - at < remember;

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, _) in _values.Where(pair => !IsFresh(pair.Value.At, now)).ToList())
            _values.TryRemove(key, out _);
    }
}
