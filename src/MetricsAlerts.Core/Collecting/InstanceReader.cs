using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.Collecting;

/// <summary>Reads the planned series of one instance and finds what is new or revised.</summary>
internal sealed class InstanceReader(
    IDeploymentMetrics metrics, string instance, Checkpoint checkpoint, TimeSpan lookBack, DateTimeOffset now, DeploymentResult collected)
{
    public async Task<SeriesChanges> ReadAsync(PlannedSeries planned, CancellationToken cancellationToken)
    {
        var series = checkpoint.Of(instance, planned.Name);
        var isFirst = series.IsEmpty;
        var (start, end) = ReadingSpan.Of(planned, series, lookBack, now);
        if (end <= start)
            return new(planned.Name, [], isFirst);

        var windows = await ReadAsync(planned, new(instance, planned.Name, start, end), cancellationToken);
        var changed = windows.Where(window => window.Start >= start && window.End <= end && series.Note(window)).ToList();
        collected.Windows += changed.Count;
        return new(planned.Name, changed, isFirst);
    }

    private async Task<IReadOnlyList<MetricWindow>> ReadAsync(PlannedSeries planned, SeriesQuery query, CancellationToken cancellationToken)
    {
        collected.Series++;
        try
        {
            var reading = await metrics.ReadAsync(query, cancellationToken);
            if (reading.Note is { } note)
                collected.Note(note);
            if (instance == Instances.All && reading.Windows.Count > 0 && reading.Windows.All(window => window.Value is null) &&
                await metrics.ExplainMissingAsync(planned.Name.Metric, cancellationToken) is { } why)
            {
                collected.Note(why);
            }

            return planned.WithCompleteness ? await WithCompletenessAsync(reading.Windows, query, cancellationToken) : reading.Windows;
        }
        catch (MetricSourceException exception) when (exception.Problem is MetricSourceProblem.Forbidden or MetricSourceProblem.Invalid or MetricSourceProblem.Unexpected)
        {
            // That is about this series; the others of the deployment go on. Any other trouble would meet them too.
            collected.Fail(exception.Message);
            return [];
        }
    }

    private async Task<IReadOnlyList<MetricWindow>> WithCompletenessAsync(IReadOnlyList<MetricWindow> windows, SeriesQuery query, CancellationToken cancellationToken)
    {
        var completeness = await metrics.ReadCompletenessAsync(query, cancellationToken);
        return [.. windows.Select(window => completeness.TryGetValue(window.Start, out var share) ? window with { Completeness = share } : window)];
    }
}
