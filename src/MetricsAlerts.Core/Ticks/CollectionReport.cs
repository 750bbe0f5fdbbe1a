namespace MetricsAlerts.Ticks;

/// <summary>What a tick, or one shard of it, did.</summary>
public sealed record CollectionReport
{
    /// <summary>The time that the tick collected for.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Deployments that were read because a rule is for them.</summary>
    public int Deployments { get; init; }

    /// <summary>Series that were read.</summary>
    public int Series { get; init; }

    /// <summary>New and revised windows that were published.</summary>
    public int Windows { get; init; }

    /// <summary>Requests to the source; a repeated one counts once.</summary>
    public int Requests { get; init; }

    /// <summary>What the requests for windows were, by kind; beside them there are those for lists and settings.</summary>
    public IReadOnlyList<PlannedCost> Plan { get; init => field = value ?? []; } = [];

    /// <summary>Deployments that were not reached in time; they are the first of the next tick.</summary>
    public int Behind { get; init; }

    /// <summary>Deployments that were left to the tick before, which was still under way and has seen all that this one would.</summary>
    public int Skipped { get; init; }

    /// <summary>Seconds from the tick to the end of its last shard.</summary>
    public double Seconds { get; init; }

    /// <summary>Deployments that are no longer there.</summary>
    public IReadOnlyList<string> Gone { get; init => field = value ?? []; } = [];

    /// <summary>Deployments that could not be collected, or not wholly, with the reason.</summary>
    public IReadOnlyList<CollectionRemark> Failures { get; init => field = value ?? []; } = [];

    /// <summary>Deployments that lack something, with what it is and what to do.</summary>
    public IReadOnlyList<CollectionRemark> Notes { get; init => field = value ?? []; } = [];

    /// <summary>Whether this tick itself collected everything.</summary>
    public bool IsHealthy => Failures.Count == 0 && Behind == 0 && Skipped == 0;

    /// <summary>The reports of several deployments, or of several shards, as one.</summary>
    public static CollectionReport Merge(DateTimeOffset at, IReadOnlyList<CollectionReport> reports) => new()
    {
        At = at,
        Deployments = reports.Sum(report => report.Deployments),
        Series = reports.Sum(report => report.Series),
        Windows = reports.Sum(report => report.Windows),
        Requests = reports.Sum(report => report.Requests),
        Plan =
        [
            .. from cost in reports.SelectMany(report => report.Plan)
               group cost.Requests by cost.What into kind
               orderby kind.Key
               select new PlannedCost(kind.Key, kind.Sum()),
        ],
        Behind = reports.Sum(report => report.Behind),
        Skipped = reports.Sum(report => report.Skipped),
        Seconds = reports.Select(report => report.Seconds).DefaultIfEmpty().Max(),
        Gone = [.. reports.SelectMany(report => report.Gone)],
        Failures = InOrder(reports.SelectMany(report => report.Failures)),
        Notes = InOrder(reports.SelectMany(report => report.Notes)),
    };

    private static IReadOnlyList<CollectionRemark> InOrder(IEnumerable<CollectionRemark> remarks) =>
        [.. remarks.OrderBy(remark => remark.Label, StringComparer.Ordinal).ThenBy(remark => remark.DeploymentId, StringComparer.Ordinal)];
}

/// <summary>One line about a deployment.</summary>
public sealed record CollectionRemark(string DeploymentId, string Label, string Text);

/// <summary>How many requests of a kind were planned.</summary>
/// <param name="What">Such as <c>Accuracy over time</c>.</param>
/// <param name="Requests">How many.</param>
public sealed record PlannedCost(string What, int Requests);
