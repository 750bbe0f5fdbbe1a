using MetricsAlerts.Metrics;
using MetricsAlerts.Storage;

namespace MetricsAlerts.Collecting;

/// <summary>What has been published of a deployment.</summary>
internal sealed class Checkpoint(string deploymentId)
{
    private readonly Dictionary<string, InstanceCheckpoint> _instances = new(StringComparer.Ordinal);
    private readonly List<TableRow> _removed = [];

    public string DeploymentId => deploymentId;

    /// <summary>The number of the last reading that was published; 0 before the first.</summary>
    public long Reading { get; set; }

    /// <summary>The deployment's facts as they were last published: rules select by them, whether windows come or not.</summary>
    public string Facts { get; set; } = "";

    /// <summary>The models that answered, as far as they were seen.</summary>
    public ModelTimeline Models { get; set; } = ModelTimeline.Empty;

    /// <summary>When something was last published of it.</summary>
    public DateTimeOffset LastReading => new(Reading, TimeSpan.Zero);

    /// <summary>The ETag of the row that holds <see cref="Reading"/>; empty when there is none yet.</summary>
    public string ETag { get; init; } = "";

    public IEnumerable<InstanceCheckpoint> Instances => _instances.Values;

    /// <summary>Rows that nothing needs any more.</summary>
    public IReadOnlyList<TableRow> Removed => _removed;

    /// <summary>Whether it differs from what is stored.</summary>
    public bool IsChanged => _removed.Count > 0 || _instances.Values.Any(instance => instance.IsChanged);

    /// <summary>The metrics of which something was published.</summary>
    public IReadOnlyList<string> Metrics =>
        [.. _instances.Values.SelectMany(instance => instance.Series.Keys).Select(series => series.Metric).Distinct()];

    /// <summary>
    /// The number of the reading that begins now: it grows even when the clock was set back or the deployment was gone in between.
    /// </summary>
    public long NextReading(DateTimeOffset now) => Math.Max(Reading + 1, now.UtcTicks);

    public InstanceCheckpoint? Find(string instance) => _instances.GetValueOrDefault(instance);

    public InstanceCheckpoint GetOrAdd(string instance, DateTimeOffset now)
    {
        if (!_instances.TryGetValue(instance, out var checkpoint))
        {
            _instances[instance] = checkpoint = new(instance, []);
            checkpoint.Restore(now, isMissing: false);
        }

        return checkpoint;
    }

    /// <summary>Restores a stored instance.</summary>
    public InstanceCheckpoint Restore(string instance, IReadOnlyList<TableRow> stored) => _instances[instance] = new(instance, stored);

    public void Remove(string instance)
    {
        if (_instances.Remove(instance, out var removed))
            _removed.AddRange(removed.Stored);
    }

    /// <summary>Removes a row that belongs to nothing.</summary>
    public void Remove(TableRow row) => _removed.Add(row);
}
