using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.Collecting;

/// <summary>Reads what the series of one instance need. Changes nothing but the reading.</summary>
internal sealed class InstanceReader(
    ModelReader metrics, string instance, InstanceCheckpoint? checkpoint, TickFacts facts, DeploymentReading reading)
{
    /// <summary>An empty window that DataRobot may only not have counted yet is asked for again for so long.</summary>
    private static readonly TimeSpan MayBeCountedLate = TimeSpan.FromHours(1);

    private readonly HashSet<PlannedSeries> _done = [];

    /// <summary>What was read so far, for those that follow.</summary>
    public WholeReading Own { get; } = new();

    /// <summary>
    /// Reads first, of series that change together, the one that the others follow; where it has changed, the others are read too. A
    /// host follows the deployment as a whole: a late actual of a host is one of the deployment's.
    /// </summary>
    /// <param name="planned">The series.</param>
    /// <param name="whole">What was read of the deployment as a whole; null when this is it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task ReadAsync(IReadOnlyList<PlannedSeries> planned, WholeReading? whole, CancellationToken cancellationToken)
    {
        foreach (var group in planned.GroupBy(GroupOf))
        {
            var followed = group.Key.Cause == ChangeCause.Own ? null : whole?.Find(group.Key);
            if (followed is null && group.Key.Cause != ChangeCause.Own)
                await LeadAsync(group.Key, InOrderToLead(group), cancellationToken);
            var rest = group.Where(series => !_done.Contains(series)).ToList();
            var changes = followed ?? Own.Find(group.Key);
            var needs = rest.Select(series => Following(Need(series, group.Key.Cause == ChangeCause.Own), changes)).ToList();
            await ReadAsync([.. needs.Select(need => SeriesNeeds.InPortions(WithoutEmpty(need, whole)))], group.Key, cancellationToken);
        }
    }

    private ChangeGroup GroupOf(PlannedSeries series) =>
        new(series.Name.Bucket, facts.IsReadWhole ? ChangeCause.Own : series.Definition.ChangesWith);

    /// <summary>Whoever is refused leads nobody: the next one does.</summary>
    private async Task LeadAsync(ChangeGroup group, IReadOnlyList<PlannedSeries> candidates, CancellationToken cancellationToken)
    {
        foreach (var candidate in candidates)
        {
            var need = Need(candidate, isLeader: true);
            if (!need.IsLook && !IsBehind(need, candidates))
            {
                Own.Lead(group);
                return;
            }

            _done.Add(candidate);
            if (await ReadAsync([need], group, cancellationToken))
            {
                Own.Lead(group);
                return;
            }
        }
    }

    /// <summary>Others have been read in windows in which this one could not be: what they were then may have changed since.</summary>
    private bool IsBehind(SeriesNeed need, IReadOnlyList<PlannedSeries> others) => need.Windows.Any(start =>
        others.Any(other => other != need.Planned && checkpoint?.Find(other.Name)?.HasPublished(start) == true));

    /// <summary>Over time it costs one request; with its completeness it sees more.</summary>
    private static IReadOnlyList<PlannedSeries> InOrderToLead(IEnumerable<PlannedSeries> group) => [.. group
        .OrderByDescending(series => SharedRequests.HasOverTime(series.Definition))
        .ThenByDescending(series => series.WithCompleteness)
        .ThenByDescending(series => series.Definition.IsCount)
        .ThenBy(series => series.Name.Metric, StringComparer.Ordinal)];

    private SeriesNeed Need(PlannedSeries planned, bool isLeader)
    {
        var need = SeriesNeeds.Of(instance, planned, checkpoint?.Find(planned.Name), isLeader, facts);
        if (need.Gap > TimeSpan.Zero)
            reading.AddGap(planned.Name, need.Gap);
        return need;
    }

    /// <summary>With the windows that have changed elsewhere with the same cause.</summary>
    private SeriesNeed Following(SeriesNeed need, WholeReading.GroupChanges? changes)
    {
        if (changes is null || checkpoint?.Find(need.Planned.Name) is not { ReadFrom: { } from, Newest: { } newest })
            return need;
        need.Windows.UnionWith(changes.Starts.Where(start => start >= from && start <= newest));
        return need;
    }

    /// <summary>Where the deployment as a whole had nothing, no host had anything: its window is the host's, and nobody is asked.</summary>
    private SeriesNeed WithoutEmpty(SeriesNeed need, WholeReading? whole)
    {
        if (facts.IsReadWhole || whole?.EmptyOf(need.Planned.Name) is not { } empty)
            return need;
        var known = need.Windows.Where(empty.ContainsKey).ToList();
        if (known.Count == 0)
            return need;
        var outcome = reading.Outcome(instance, need.Planned.Name);
        outcome.Record(need, known, Changed(need, known.Select(start => empty[start])));
        need.Windows.ExceptWith(known);
        return need;
    }

    /// <summary>Reads them all; false when a series was refused.</summary>
    private async Task<bool> ReadAsync(IReadOnlyList<SeriesNeed> needs, ChangeGroup group, CancellationToken cancellationToken)
    {
        foreach (var need in needs)
            reading.Outcome(instance, need.Planned.Name).Expect(need.Windows.Concat(need.Later));
        var found = new SeriesRequests(metrics, reading);
        var plan = RequestPlan.For(needs);
        reading.AddPlan(plan);
        foreach (var request in plan.Requests)
            await found.ReadAsync(request, cancellationToken);
        var isWhole = true;
        foreach (var need in needs.Where(need => need.Windows.Count > 0))
            isWhole &= await RecordAsync(need, found, group, cancellationToken);
        return isWhole;
    }

    private async Task<bool> RecordAsync(
        SeriesNeed need, SeriesRequests found, ChangeGroup group, CancellationToken cancellationToken)
    {
        var (name, outcome) = (need.Planned.Name, reading.Outcome(instance, need.Planned.Name));
        outcome.IsOffered &= !found.NotOffered.Contains(name);
        var asked = found.AskedOf(name);
        if (asked.Count == 0)
            return false;
        var windows = found.WindowsOf(name).Where(window => window.Start >= need.Start && window.End <= need.End).ToList();
        if (need.Planned.WithCompleteness)
        {
            if (await found.WithCompletenessAsync(instance, need, windows, cancellationToken) is not { } complete)
                return false;
            windows = complete;
        }

        if (MayBeExplained(need, windows))
            await ExplainAsync(need, cancellationToken);
        var changed = Changed(need, windows);
        outcome.Record(need, asked, changed);
        Own.Record(group, name, windows, changed);
        outcome.Expect(CountedLate(need.Planned, windows));
        return need.Windows.All(asked.Contains);
    }

    /// <summary>
    /// Whether all there is of the series has no value. Of the drift, which follows the counts of predictions, the newest window says
    /// enough.
    /// </summary>
    private bool MayBeExplained(SeriesNeed need, List<MetricWindow> windows) =>
        instance == Instances.All && windows.Count > 0 && windows.TrueForAll(window => window.Value is null) &&
        (need.IsLook || checkpoint?.Find(need.Planned.Name) is null || need.Planned.Definition.Family == MetricFamily.Drift);

    /// <summary>The windows count without an explanation too: they are what `missingFor` waits for.</summary>
    private async Task ExplainAsync(SeriesNeed need, CancellationToken cancellationToken)
    {
        try
        {
            var query = new SeriesQuery(instance, need.Planned.Name, need.Start, need.End);
            if (await metrics.ExplainMissingAsync(query, cancellationToken) is { } why)
                reading.AddNote(why);
        }
        catch (MetricSourceException exception)
        {
            reading.AddNote($"Why '{need.Planned.Name.Metric}' has no values cannot be read: {exception.Message}");
        }
    }

    private List<MetricWindow> Changed(SeriesNeed need, IEnumerable<MetricWindow> windows)
    {
        var series = checkpoint?.Find(need.Planned.Name);
        return [.. windows.Where(window => series?.HasChanged(window) ?? true)];
    }

    /// <summary>Of windows just over that are empty although the deployment has predicted since they began.</summary>
    private IEnumerable<DateTimeOffset> CountedLate(PlannedSeries planned, List<MetricWindow> windows) =>
        instance == Instances.All &&
        (planned.Definition.ChangesWith is ChangeCause.Requests or ChangeCause.Predictions ||
            planned.Name.Metric == MetricNames.ActualsCompleteness)
            ? windows.Where(window => WholeReading.IsEmpty(window) && facts.LastPrediction >= window.Start &&
                facts.Now < window.End + MayBeCountedLate).Select(window => window.Start)
            : [];
}

/// <summary>Series of one window length whose windows change together.</summary>
internal readonly record struct ChangeGroup(TimeSpan Bucket, ChangeCause Cause);
