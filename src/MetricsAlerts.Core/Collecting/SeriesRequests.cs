using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.Collecting;

/// <summary>
/// Makes the requests of a plan and keeps what they found. One that is refused is a failure of the reading, and costs no other.
/// </summary>
internal sealed class SeriesRequests(ModelReader metrics, DeploymentReading reading)
{
    private static readonly HashSet<DateTimeOffset> None = [];

    private readonly Dictionary<SeriesName, Dictionary<DateTimeOffset, MetricWindow>> _windows = [];
    private readonly Dictionary<SeriesName, HashSet<DateTimeOffset>> _asked = [];
    private readonly Dictionary<string, IReadOnlyDictionary<DateTimeOffset, double>> _completeness = [];

    /// <summary>Series that the deployment does not have.</summary>
    public HashSet<SeriesName> NotOffered { get; } = [];

    /// <summary>The starts of the windows of a series that were asked for and answered, with a window or not.</summary>
    public IReadOnlySet<DateTimeOffset> AskedOf(SeriesName name) => _asked.GetValueOrDefault(name, None);

    /// <summary>Its windows, oldest first.</summary>
    public IReadOnlyList<MetricWindow> WindowsOf(SeriesName name) =>
        _windows.TryGetValue(name, out var windows) ? [.. windows.Values.OrderBy(window => window.Start)] : [];

    public async Task ReadAsync(PlannedRequest request, CancellationToken cancellationToken)
    {
        if (await TryAsync(request, cancellationToken) is not { } refused)
            return;

        // The others of the deployment go on. Any other trouble would meet them too.
        reading.AddFailure(refused.Message);
        if (request.IsOverTime && refused.Problem is MetricSourceProblem.Invalid or MetricSourceProblem.Unexpected)
            await ReadInHalvesAsync(request, cancellationToken);
    }

    /// <summary>
    /// One window that the source cannot tell must not cost the others: halves are asked for until what is refused is alone. Where both
    /// are refused it is not about a window, and only the newest is tried.
    /// </summary>
    private async Task ReadInHalvesAsync(PlannedRequest request, CancellationToken cancellationToken)
    {
        var windows = request.Windows;
        while (windows.Count > 1)
        {
            var (older, newer) = (windows.Take(windows.Count / 2).ToList(), windows.Skip(windows.Count / 2).ToList());
            var isNewerRefused = await TryAsync(Part(newer), cancellationToken) is not null;
            var isOlderRefused = await TryAsync(Part(older), cancellationToken) is not null;
            if (isNewerRefused && isOlderRefused)
            {
                if (newer.Count > 1)
                    await TryAsync(Part([newer[^1]]), cancellationToken);
                return;
            }

            windows = isNewerRefused ? newer : isOlderRefused ? older : [];
        }

        PlannedRequest Part(List<DateTimeOffset> starts) =>
            request with { Start = starts[0], End = starts[^1] + request.Series[0].Name.Bucket, Windows = starts };
    }

    /// <summary>Null when it was answered.</summary>
    private async Task<MetricSourceException?> TryAsync(PlannedRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (request.IsOverTime)
                await ReadOverTimeAsync(request, request.Series[0], cancellationToken);
            else
                await ReadWindowAsync(request, cancellationToken);
            return null;
        }
        catch (MetricSourceException exception) when (exception.IsAboutTheRequest)
        {
            return exception;
        }
    }

    /// <summary>The windows with the completeness of their actuals; null when that cannot be read: they would count as complete.</summary>
    public async Task<List<MetricWindow>?> WithCompletenessAsync(
        string instance, SeriesNeed need, List<MetricWindow> windows, CancellationToken cancellationToken)
    {
        if (windows.Count == 0)
            return windows;
        var query = new SeriesQuery(instance, need.Planned.Name, windows[0].Start, windows[^1].End);
        try
        {
            var key = $"{query.Start:O} {query.End:O} {need.Planned.Name.Bucket}";
            if (!_completeness.TryGetValue(key, out var completeness))
                _completeness[key] = completeness = await metrics.ReadCompletenessAsync(query, cancellationToken);
            return [.. windows.Select(window => window with { Completeness = ShareOf(window.Start) })];

            double? ShareOf(DateTimeOffset start) => completeness.TryGetValue(start, out var share) ? share : null;
        }
        catch (MetricSourceException exception) when (exception.IsAboutTheRequest)
        {
            reading.AddFailure(exception.Message);
            return null;
        }
    }

    private async Task ReadOverTimeAsync(PlannedRequest request, PlannedSeries planned, CancellationToken cancellationToken)
    {
        reading.CountSeries(request.Instance, planned.Name);
        var read = await metrics.ReadAsync(new(request.Instance, planned.Name, request.Start, request.End), cancellationToken);
        if (read.Note is { } note)
            reading.AddNote(note);
        if (read is { Windows: [], Note: not null })
        {
            NotOffered.Add(planned.Name);
            return;
        }

        Keep(planned.Name, request, read.Windows);
    }

    /// <summary>What one request for the whole window does not have is asked for by itself.</summary>
    private async Task ReadWindowAsync(PlannedRequest request, CancellationToken cancellationToken)
    {
        foreach (var planned in request.Series)
            reading.CountSeries(request.Instance, planned.Name);
        var names = request.Series.Select(planned => planned.Name.Metric).ToList();
        var read = await metrics.ReadSpanAsync(new(request.Instance, names, request.Start, request.End), cancellationToken);
        foreach (var refused in read.Notes)
            reading.AddFailure(refused);
        var windows = read.Readings.ToLookup(one => one.Metric, one => one.Window with { Start = request.Start, End = request.End });
        foreach (var planned in request.Series)
        {
            if (windows[planned.Name.Metric].Any())
                Keep(planned.Name, request, windows[planned.Name.Metric]);
            else if (read.Notes.Count == 0)
                await ReadAsync(request with { Series = [planned], IsOverTime = true }, cancellationToken);
        }
    }

    private void Keep(SeriesName name, PlannedRequest request, IEnumerable<MetricWindow> windows)
    {
        if (!_windows.TryGetValue(name, out var kept))
            (_windows[name], _asked[name]) = (kept = [], []);
        foreach (var window in windows.Where(window => window.Start >= request.Start && window.End <= request.End))
            kept[window.Start] = window;
        for (var start = request.Start; start < request.End; start += name.Bucket)
            _asked[name].Add(start);
    }
}
