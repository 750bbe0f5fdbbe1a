using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.Collecting;

/// <summary>
/// Reads windows of the model that answered at their time. A window within which a model was replaced is read of both. Windows whose
/// model is not known are left out: asked of another model they would be empty, which they were not.
/// </summary>
/// <param name="metrics">The deployment's metrics.</param>
/// <param name="models">Which model answered when.</param>
public sealed class ModelReader(IDeploymentMetrics metrics, ModelTimeline models)
{
    private readonly List<string> _refused = [];

    /// <summary>What is refused of models that were replaced: it is not asked for again until changes are looked for.</summary>
    public IReadOnlyList<string> Refused => _refused;

    /// <summary>
    /// The windows of a series; see <see cref="IDeploymentMetrics.ReadAsync"/>. What the source refuses of a model that was replaced
    /// costs nothing but the windows of that model, and so does a metric that it had not.
    /// </summary>
    /// <exception cref="MetricSourceException">The current model is refused, or the source is in trouble.</exception>
    public async Task<SeriesReading> ReadAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        var windows = new List<MetricWindow>();
        foreach (var (stretch, ids) in Stretches(query))
        {
            var parts = new List<MetricWindow>();
            var isWhole = true;
            foreach (var id in ids)
            {
                var read = await AskAsync(id, () => metrics.ReadAsync(stretch with { ModelId = id }, cancellationToken));
                if (read is { Windows: [], Note: not null } && IsCurrent(id))
                    return windows.Count > 0 ? new(windows, read.Note) : read;
                isWhole &= read is not null;
                parts.AddRange((read?.Windows ?? []).Where(window => window.Start >= stretch.Start && window.End <= stretch.End));
            }

            // Half a window would tell of half the requests.
            if (!isWhole)
                continue;
            windows.AddRange(
                from part in parts
                group part by part.Start into one
                orderby one.Key
                select Merge(query.Series.Metric, [.. one]));
        }

        return new(windows);
    }

    /// <summary>Several metrics of one window; see <see cref="IDeploymentMetrics.ReadSpanAsync"/>.</summary>
    public async Task<SpanReading> ReadSpanAsync(SpanQuery query, CancellationToken cancellationToken)
    {
        var ids = models.Of(query.Start, query.End);
        var parts = new List<MetricReading>();
        var notes = new List<string>();
        foreach (var id in ids)
        {
            if (await AskAsync(id, () => metrics.ReadSpanAsync(query with { ModelId = id }, cancellationToken)) is not { } read)
                continue;
            parts.AddRange(read.Readings);
            notes.AddRange(read.Notes.Except(notes));
        }

        // A part that is missing would make the whole wrong.
        return new(
            [
                .. from part in parts
                   group part.Window by part.Metric into one
                   where one.Count() == ids.Count
                   select new MetricReading(one.Key, Merge(one.Key, [.. one])),
            ],
            notes);
    }

    /// <summary>See <see cref="IDeploymentMetrics.ReadCompletenessAsync"/>; of two models the newer.</summary>
    public async Task<IReadOnlyDictionary<DateTimeOffset, double>> ReadCompletenessAsync(
        SeriesQuery query, CancellationToken cancellationToken)
    {
        var completeness = new Dictionary<DateTimeOffset, double>();
        foreach (var (stretch, ids) in Stretches(query))
        {
            foreach (var id in ids)
            {
                var read = await AskAsync(id, () => metrics.ReadCompletenessAsync(stretch with { ModelId = id }, cancellationToken));
                foreach (var (start, share) in read ?? new Dictionary<DateTimeOffset, double>())
                    completeness[start] = share;
            }
        }

        return completeness;
    }

    /// <summary>See <see cref="IDeploymentMetrics.ExplainMissingAsync"/>.</summary>
    public Task<string?> ExplainMissingAsync(SeriesQuery query, CancellationToken cancellationToken) =>
        metrics.ExplainMissingAsync(query, cancellationToken);

    private bool IsCurrent(string? modelId) => modelId is null || modelId == models.Current;

    /// <summary>Null when the source refuses the statistics of a model that was replaced: it may have been deleted.</summary>
    private async Task<T?> AskAsync<T>(string? modelId, Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (MetricSourceException exception) when (!IsCurrent(modelId) &&
            (exception.IsAboutTheRequest || exception.Problem == MetricSourceProblem.NotFound))
        {
            var text = $"What the former model {modelId} did cannot be read: {exception.Message}";
            if (!_refused.Contains(text))
                _refused.Add(text);
            return null;
        }
    }

    /// <summary>The query in stretches of windows that the same models answered.</summary>
    private IEnumerable<(SeriesQuery Stretch, IReadOnlyList<string?> Models)> Stretches(SeriesQuery query)
    {
        var bucket = query.Series.Bucket;
        for (var start = query.Start; start < query.End;)
        {
            var ids = models.Of(start, start + bucket);
            var end = start + bucket;
            while (end < query.End && models.Of(end, end + bucket).SequenceEqual(ids))
                end += bucket;
            if (ids.Count > 0)
                yield return (query with { Start = start, End = end }, ids);
            start = end;
        }
    }

    /// <summary>
    /// One window of what two models did in it. What belongs to a model is the newer one's, as far as it has any; requests and rows of
    /// both count, other statistics are weighed by them.
    /// </summary>
    private static MetricWindow Merge(string metric, IReadOnlyList<MetricWindow> parts)
    {
        var newest = parts[^1];
        if (parts.Count == 1 || parts.All(part => part.ModelId == newest.ModelId))
            return newest;
        var definition = MetricCatalogue.Find(metric);
        if (definition.IsModelBound)
            return parts.LastOrDefault(part => part.SampleSize > 0, newest);
        if (definition.IsCount)
            return newest with { Value = parts.Sum(part => part.Value ?? 0), SampleSize = parts.Sum(part => part.SampleSize) };
        var known = parts.Where(part => part.Value is not null && part.SampleSize > 0).ToList();
        var samples = known.Sum(part => part.SampleSize);
        return newest with
        {
            Value = samples == 0 ? newest.Value : known.Sum(part => part.Value * part.SampleSize) / samples,
            SampleSize = parts.Sum(part => part.SampleSize),
        };
    }
}
