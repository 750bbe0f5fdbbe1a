using MetricsAlerts.Metrics;

namespace MetricsAlerts.Collecting;

/// <summary>What has been published of a deployment.</summary>
internal sealed class Checkpoint(string deploymentId)
{
    private readonly Dictionary<(string Instance, SeriesName Series), SeriesCheckpoint> _series = [];

    public string DeploymentId { get; } = deploymentId;

    /// <summary>Counts the publications, so that a value that comes back is not taken for a duplicate of its first time.</summary>
    public long Version { get; set; }

    public IEnumerable<string> Instances => _series.Keys.Select(key => key.Instance).Distinct(StringComparer.Ordinal);

    public IReadOnlyDictionary<(string Instance, SeriesName Series), SeriesCheckpoint> Series => _series;

    public SeriesCheckpoint Of(string instance, SeriesName series)
    {
        if (!_series.TryGetValue((instance, series), out var checkpoint))
            _series[(instance, series)] = checkpoint = new();
        return checkpoint;
    }

    public void Forget(DateTimeOffset before)
    {
        foreach (var series in _series.Values)
            series.Forget(before);
    }
}
