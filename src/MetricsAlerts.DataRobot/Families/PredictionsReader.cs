using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Rules;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>
/// Counts of predictions (<c>rowCount</c>) and the share of them whose actuals have arrived (<c>actuals.completeness</c>).
/// </summary>
internal sealed class PredictionsReader : IMetricFamilyReader
{
    public bool Reads(MetricDefinition metric) => metric.Family == MetricFamily.Predictions;

    public Task<IReadOnlyList<string>> ListAsync(
        FamilyRequest request, IReadOnlyList<Glob> patterns, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([MetricNames.RowCount, MetricNames.ActualsCompleteness]);

    public async Task<SeriesReading> ReadAsync(
        FamilyRequest request, string metric, WindowQuery query, CancellationToken cancellationToken) =>
        new(
        metric == MetricNames.RowCount
            ? await ReadRowCountsAsync(request, query, cancellationToken)
            : await ReadCompletenessAsync(request, query, cancellationToken));

    public async Task<IReadOnlyList<MetricReading>> ReadSpanAsync(
        FamilyRequest request, IReadOnlyList<string> asked, WindowQuery query, CancellationToken cancellationToken)
    {
        var readings = new List<MetricReading>();
        foreach (var metric in (string[])[MetricNames.RowCount, MetricNames.ActualsCompleteness])
        {
            if (asked.Count > 0 && !asked.Contains(metric))
                continue;
            var windows = (await ReadAsync(request, metric, query, cancellationToken)).Windows;
            var rows = windows.Sum(window => window.SampleSize);
            double? value = metric == MetricNames.RowCount
                ? rows
                : rows == 0
                ? null
                : windows.Sum(window => (window.Value ?? 0) * window.SampleSize) / rows;
            readings.Add(new(metric, new(query.Start, query.End, value, rows)));
        }

        return readings;
    }

    /// <summary>The share of each window's rows that have an actual; null where there are no rows.</summary>
    public static async Task<List<MetricWindow>> ReadCompletenessAsync(
        FamilyRequest request, WindowQuery query, CancellationToken cancellationToken)
    {
        var answer = await request.Client.GetPredictionsVsActualsOverTimeAsync(request.Deployment.Id, query, cancellationToken);
        var windows = new List<MetricWindow>();
        foreach (var (bucket, start, end) in OverTime.Places(answer.Buckets, bucket => bucket.Period, query))
        {
            var rows = bucket.RowCountTotal ?? 0;
            windows.Add(new(start, end, rows > 0 ? Math.Min(1, (bucket.RowCountWithActual ?? 0) / (double)rows) : null, rows));
        }

        return windows;
    }

    private static async Task<List<MetricWindow>> ReadRowCountsAsync(
        FamilyRequest request, WindowQuery query, CancellationToken cancellationToken)
    {
        var answer = await request.Client.GetPredictionsOverTimeAsync(request.Deployment.Id, query, cancellationToken);
        return
        [
            .. from place in OverTime.Places(answer.Buckets, bucket => bucket.Period, query)
               let rows = place.Bucket.RowCount ?? 0
               select new MetricWindow(place.Start, place.End, rows, rows) { ModelId = place.Bucket.ModelId ?? query.ModelId },
        ];
    }
}
