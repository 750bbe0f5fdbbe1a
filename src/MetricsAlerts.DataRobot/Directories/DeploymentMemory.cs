using System.Collections.Concurrent;

namespace MetricsAlerts.DataRobot.Directories;

/// <summary>Remembers something of each deployment for a while.</summary>
internal sealed class DeploymentMemory<T>(TimeSpan remember, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (T Value, DateTimeOffset At)> _values = new(StringComparer.Ordinal);

    public async Task<T> GetAsync(string deploymentId, Func<Task<T>> find)
    {
        var now = time.GetUtcNow();
        if (_values.TryGetValue(deploymentId, out var known) && now - known.At < remember)
            return known.Value;
        var found = await find();
        _values[deploymentId] = (found, now);
        return found;
    }
}
