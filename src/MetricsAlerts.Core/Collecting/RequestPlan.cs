using MetricsAlerts.Metrics;

namespace MetricsAlerts.Collecting;

/// <summary>The fewest requests that read what is needed: a pure function of it.</summary>
internal sealed record RequestPlan(IReadOnlyList<PlannedRequest> Requests)
{
    /// <summary>A service statistic over time takes a request more, for the number of requests: its sample.</summary>
    private const string Requested = "totalRequests";

    /// <summary>How many requests it is, where no model was replaced within them.</summary>
    public int Cost => Requests.Sum(request => request.Cost);

    /// <summary>
    /// For each instance, bucket and family: a series over time is one request for any number of windows, a window is one request for
    /// the whole family. Those series that need the most windows are read over time, the others window by window, whatever is fewer.
    /// </summary>
    public static RequestPlan For(IEnumerable<SeriesNeed> needs) => new(
    [
        .. from need in needs
           where need.Windows.Count > 0
           group need by (need.Instance, need.Planned.Name.Bucket, need.Planned.Definition.Family) into family
           from request in Cheapest([.. family])
           select request,
    ]);

    private static IReadOnlyList<PlannedRequest> Cheapest(List<SeriesNeed> family)
    {
        var onlyOverTime = family.Where(need => !SharedRequests.HasWindow(need.Planned.Definition)).ToList();
        var onlyByWindow = family.Where(need => !SharedRequests.HasOverTime(need.Planned.Definition)).ToList();
        var either = family.Except(onlyOverTime).Except(onlyByWindow).OrderByDescending(need => need.Windows.Count).ToList();
        var cheapest = Of([.. onlyOverTime, .. either], onlyByWindow);
        var cost = cheapest.Sum(request => request.Cost);
        for (var split = either.Count - 1; split >= 0; split--)
        {
            // It cannot be fewer than one for each series over time, and one for each window of the series that needs the most of them.
            if (onlyOverTime.Count + split + either[split].Windows.Count > cost)
                continue;
            var other = Of([.. onlyOverTime, .. either.Take(split)], [.. onlyByWindow, .. either.Skip(split)]);
            if (other.Sum(request => request.Cost) is var otherCost && otherCost <= cost)
                (cheapest, cost) = (other, otherCost);
        }

        return cheapest;
    }

    private static IReadOnlyList<PlannedRequest> Of(List<SeriesNeed> overTime, List<SeriesNeed> byWindow) =>
        [.. OverTime(overTime), .. ByWindow(byWindow)];

    /// <summary>All service statistics over the same time, so that they share the number of requests.</summary>
    private static IEnumerable<PlannedRequest> OverTime(List<SeriesNeed> needs)
    {
        if (needs.Count == 0)
            yield break;
        var isService = needs[0].Planned.Definition.Family == MetricFamily.ServiceHealth;
        var (first, last) = (needs.Min(need => need.Start), needs.Max(need => need.End));
        var samples = isService && needs.All(need => need.Planned.Name.Metric != Requested) ? 1 : 0;
        foreach (var need in needs)
        {
            yield return isService
                ? new(need.Instance, [need.Planned], first, last) { IsOverTime = true, Cost = 1 + samples, Windows = [.. need.Windows] }
                : new(need.Instance, [need.Planned], need.Start, need.End) { IsOverTime = true, Cost = 1, Windows = [.. need.Windows] };
            samples = 0;
        }
    }

    private static IEnumerable<PlannedRequest> ByWindow(List<SeriesNeed> needs) =>
        from need in needs
        from start in need.Windows
        group need by start into window
        orderby window.Key
        let series = window.Select(need => need.Planned).ToList()
        let metrics = series.Select(planned => planned.Name.Metric)
        select new PlannedRequest(window.First().Instance, series, window.Key, window.Key + series[0].Name.Bucket)
        {
            Cost = SharedRequests.Of(metrics).Count,
        };
}

/// <summary>What is asked at once.</summary>
/// <param name="Instance">Of which instance.</param>
/// <param name="Series">One series over time, or several of one window.</param>
/// <param name="Start">The start.</param>
/// <param name="End">The end.</param>
internal sealed record PlannedRequest(string Instance, IReadOnlyList<PlannedSeries> Series, DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>Whether it is one series with all its windows, rather than several series of one window.</summary>
    public bool IsOverTime { get; init; }

    /// <summary>Over time: the starts of the windows that are needed, oldest first; there may be others between them.</summary>
    public IReadOnlyList<DateTimeOffset> Windows { get; init; } = [];

    /// <summary>How many requests it takes.</summary>
    public int Cost { get; init; }

    /// <summary>What it is, for the report.</summary>
    public string What => $"{Series[0].Definition.Family} {(IsOverTime ? "over time" : "by window")}";
}
