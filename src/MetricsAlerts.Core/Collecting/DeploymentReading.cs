using MetricsAlerts.Metrics;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Collecting;

/// <summary>What one tick read of a deployment, up to where the source failed if it did.</summary>
internal sealed class DeploymentReading(Deployment deployment, DateTimeOffset at)
{
    private readonly List<(string Instance, List<SeriesChanges> Series)> _changes = [];
    private readonly List<string> _failures = [];
    private readonly List<string> _notes = [];
    private int _series;

    public Deployment Deployment => deployment;

    /// <summary>When the reading began.</summary>
    public DateTimeOffset At => at;

    /// <summary>Whether any rule is for the deployment.</summary>
    public bool IsWatched { get; set; }

    /// <summary>Requests to the source.</summary>
    public int Requests { get; set; }

    /// <summary>What was read of each instance.</summary>
    public IReadOnlyList<(string Instance, List<SeriesChanges> Series)> Changes => _changes;

    /// <summary>Hosts that the source has not named for long.</summary>
    public List<string> GoneInstances { get; } = [];

    /// <summary>Series that a rule wants and the source no longer offers.</summary>
    public List<GoneSeries> GoneSeries { get; } = [];

    /// <summary>Series that no rule wants any more.</summary>
    public List<(string Instance, SeriesName Series)> Unwanted { get; } = [];

    public void CountSeries() => _series++;

    public void Add(string instance, SeriesChanges changes)
    {
        if (_changes is not [.., var last] || last.Instance != instance)
            _changes.Add(last = (instance, []));
        last.Series.Add(changes);
    }

    /// <summary>Adds what could not be read, each reason once.</summary>
    public void AddFailure(string reason)
    {
        if (!_failures.Contains(reason))
            _failures.Add(reason);
    }

    /// <summary>Adds what the deployment lacks, each thing once.</summary>
    public void AddNote(string text)
    {
        if (!_notes.Contains(text))
            _notes.Add(text);
    }

    /// <summary>What Evaluate is to know; null when nothing has changed.</summary>
    /// <param name="reading">The number of the reading.</param>
    /// <param name="evenIfEmpty">Whether the deployment itself has changed.</param>
    public MetricBatch? ToBatch(long reading, bool evenIfEmpty)
    {
        var instances = from one in _changes
                        let series = one.Series.Where(series => series.Windows.Count > 0).ToList()
                        where series.Count > 0
                        select new InstanceWindows(one.Instance, [.. series.Select(ToWindows)]);
        var batch = new MetricBatch(deployment.Id)
        {
            Deployment = deployment,
            Reading = reading,
            Instances = [.. instances],
            GoneInstances = GoneInstances,
            GoneSeries = GoneSeries,
        };
        return evenIfEmpty || batch.Instances.Count + GoneInstances.Count + GoneSeries.Count > 0 ? batch : null;
    }

    public CollectionReport ToReport() => new()
    {
        At = at,
        Deployments = IsWatched ? 1 : 0,
        Series = _series,
        Windows = _changes.Sum(instance => instance.Series.Sum(series => series.Windows.Count)),
        Requests = Requests,
        Failures = Remarks(_failures),
        Notes = Remarks(_notes),
    };

    private IReadOnlyList<CollectionRemark> Remarks(List<string> texts) =>
        texts.Count == 0 ? [] : [new(deployment.Id, deployment.Label, string.Join(' ', texts))];

    private static SeriesWindows ToWindows(SeriesChanges changes) => new(changes.Name.Metric, changes.Name.Bucket, changes.Windows);
}
