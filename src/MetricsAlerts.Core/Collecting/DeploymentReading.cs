using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Collecting;

/// <summary>What one tick read of a deployment, up to where the source failed if it did.</summary>
internal sealed class DeploymentReading(Deployment deployment, DateTimeOffset at)
{
    private readonly List<(string Instance, List<SeriesOutcome> Series)> _outcomes = [];
    private readonly HashSet<(string Instance, SeriesName Series)> _read = [];
    private readonly Dictionary<string, int> _plan = [];
    private readonly List<string> _failures = [];
    private readonly List<string> _notes = [];

    public Deployment Deployment => deployment;

    /// <summary>When the reading began.</summary>
    public DateTimeOffset At => at;

    /// <summary>Whether any rule is for the deployment.</summary>
    public bool IsWatched { get; set; }

    /// <summary>Requests to the source.</summary>
    public int Requests { get; set; }

    /// <summary>What was needed of each instance, and what came of it.</summary>
    public IReadOnlyList<(string Instance, List<SeriesOutcome> Series)> Outcomes => _outcomes;

    /// <summary>The models that answered the deployment's requests.</summary>
    public ModelTimeline Models { get; set; } = ModelTimeline.Empty;

    /// <summary>Hosts that the source has not named for long.</summary>
    public List<string> GoneInstances { get; } = [];

    /// <summary>Series that the source no longer offers, or that no rule wants any more.</summary>
    public List<GoneSeries> GoneSeries { get; } = [];

    /// <summary>Series that no rule wants any more: they are forgotten here first, and Evaluate is told in the next reading.</summary>
    public List<(string Instance, SeriesName Series)> Forgotten { get; } = [];

    /// <summary>Series of hosts in whose family the source does not tell hosts apart any more.</summary>
    public List<(string Instance, SeriesName Series)> Uncut { get; } = [];

    /// <summary>Windows of hosts that have to be read because the deployment as a whole changed in them.</summary>
    public List<(string Instance, SeriesName Series, List<DateTimeOffset> Windows)> Owed { get; } = [];

    public void CountSeries(string instance, SeriesName series) => _read.Add((instance, series));

    /// <summary>Adds what was asked by plan.</summary>
    public void AddPlan(RequestPlan plan)
    {
        foreach (var request in plan.Requests)
            _plan[request.What] = _plan.GetValueOrDefault(request.What) + request.Cost;
    }

    /// <summary>What comes of a series of an instance.</summary>
    public SeriesOutcome Outcome(string instance, SeriesName series)
    {
        if (_outcomes.Find(one => one.Instance == instance).Series is not { } outcomes)
            _outcomes.Add((instance, outcomes = []));
        if (outcomes.Find(one => one.Name == series) is not { } outcome)
            outcomes.Add(outcome = new(series));
        return outcome;
    }

    /// <summary>Adds time that passed while nobody could read, and is too long ago to be read after all.</summary>
    public void AddGap(SeriesName series, TimeSpan gap) => AddFailure(
        $"{Durations.Format(gap)} of '{series}' were never read and are too long ago to be read after all.");

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
        var instances = from one in _outcomes
                        let series = one.Series.Where(series => series.Changed.Count > 0).ToList()
                        where series.Count > 0
                        select new InstanceWindows(one.Instance, [.. series.Select(ToWindows)]);
        var batch = new MetricBatch(deployment.Id)
        {
            Deployment = deployment.WithoutActivity(),
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
        Series = _read.Count,
        Windows = _outcomes.Sum(instance => instance.Series.Sum(series => series.Changed.Count)),
        Plan = [.. _plan.Select(one => new PlannedCost(one.Key, one.Value))],
        Requests = Requests,
        Failures = Remarks(_failures),
        Notes = Remarks(_notes),
    };

    private IReadOnlyList<CollectionRemark> Remarks(List<string> texts) =>
        texts.Count == 0 ? [] : [new(deployment.Id, deployment.Label, string.Join(' ', texts))];

    private static SeriesWindows ToWindows(SeriesOutcome outcome) => new(outcome.Name.Metric, outcome.Name.Bucket, outcome.Changed);
}
