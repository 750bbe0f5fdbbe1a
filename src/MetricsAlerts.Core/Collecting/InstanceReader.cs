using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.Collecting;

/// <summary>
/// Reads the planned series of one instance and finds what is new or revised. Changes nothing but the remarks of the reading.
/// </summary>
internal sealed class InstanceReader(
    IDeploymentMetrics metrics, string instance, InstanceCheckpoint? checkpoint, TimeSpan lookBack, DeploymentReading reading)
{
    /// <summary>Reads one series; null when there was nothing to read or it was refused.</summary>
    public async Task<SeriesChanges?> ReadAsync(PlannedSeries planned, CancellationToken cancellationToken)
    {
        var series = checkpoint?.Find(planned.Name);
        var span = ReadingSpan.Of(planned, series, lookBack, reading.At);
        if (span.IsEmpty)
            return null;

        var query = new SeriesQuery(instance, planned.Name, span.Start, span.End);
        if (await ReadAsync(planned, query, cancellationToken) is not { } read)
            return null;
        if (read is { Windows: [], Note: not null })
            return new(planned.Name, [], span.ReadFrom) { IsOffered = false };

        var changed = read.Windows
            .Where(window => window.Start >= span.Start && window.End <= span.End)
            .Where(window => series?.HasChanged(window) ?? true);
        return new(planned.Name, [.. changed], span.ReadFrom);
    }

    private async Task<SeriesReading?> ReadAsync(PlannedSeries planned, SeriesQuery query, CancellationToken cancellationToken)
    {
        reading.CountSeries();
        try
        {
            var read = await metrics.ReadAsync(query, cancellationToken);
            if (read.Note is { } note)
                reading.AddNote(note);
            if (instance == Instances.All && read.Windows.Count > 0 && read.Windows.All(window => window.Value is null))
                await ExplainAsync(planned.Name.Metric, cancellationToken);
            if (!planned.WithCompleteness)
                return read;
            return read with { Windows = await WithCompletenessAsync(read.Windows, query, cancellationToken) };
        }
        catch (MetricSourceException exception) when (exception.IsAboutTheRequest)
        {
            // The others of the deployment go on. Any other trouble would meet them too.
            reading.AddFailure(exception.Message);
            return null;
        }
    }

    /// <summary>The windows count without an explanation too: they are what `missingFor` waits for.</summary>
    private async Task ExplainAsync(string metric, CancellationToken cancellationToken)
    {
        try
        {
            if (await metrics.ExplainMissingAsync(metric, cancellationToken) is { } why)
                reading.AddNote(why);
        }
        catch (MetricSourceException exception)
        {
            reading.AddNote($"Why '{metric}' has no values cannot be read: {exception.Message}");
        }
    }

    private async Task<IReadOnlyList<MetricWindow>> WithCompletenessAsync(
        IReadOnlyList<MetricWindow> windows, SeriesQuery query, CancellationToken cancellationToken)
    {
        var completeness = await metrics.ReadCompletenessAsync(query, cancellationToken);
        return [.. windows.Select(WithCompleteness)];

        MetricWindow WithCompleteness(MetricWindow window) =>
            completeness.TryGetValue(window.Start, out var share) ? window with { Completeness = share } : window;
    }
}

/// <summary>New and revised windows of one series.</summary>
/// <param name="Name">The series.</param>
/// <param name="Windows">Oldest first.</param>
/// <param name="ReadFrom">From where on the series has now been read without a gap.</param>
internal sealed record SeriesChanges(SeriesName Name, IReadOnlyList<MetricWindow> Windows, DateTimeOffset ReadFrom)
{
    /// <summary>Whether the source has the series.</summary>
    public bool IsOffered { get; init; } = true;
}
