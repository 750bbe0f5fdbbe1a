using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.DataRobot.Families;

/// <summary>Answers over time as windows.</summary>
internal static class OverTime
{
    /// <summary>
    /// Buckets are half-open and cover the period in order, so one without a period of its own has its place by its number.
    /// </summary>
    public static (DateTimeOffset Start, DateTimeOffset End) PeriodOf(PeriodModel? period, int number, WindowQuery query)
    {
        var bucket = query.Bucket ?? query.End - query.Start;
        var start = (period?.Start ?? query.Start + (bucket * number)).ToUniversalTime();
        return (start, (period?.End ?? start + bucket).ToUniversalTime());
    }

    /// <summary>The windows of an answer that has a value in each bucket.</summary>
    public static List<MetricWindow> Windows(OverTimeModel answer, WindowQuery query, double? baseline)
    {
        var windows = new List<MetricWindow>(answer.Buckets?.Count ?? 0);
        foreach (var (number, bucket) in (answer.Buckets ?? []).Index())
        {
            var (start, end) = PeriodOf(bucket.Period, number, query);
            var value = bucket.Value is { } known && double.IsFinite(known) ? bucket.Value : null;
            windows.Add(new(start, end, value, bucket.SampleSize ?? 0) { Baseline = baseline, ModelId = bucket.ModelId ?? answer.ModelId });
        }

        return windows;
    }

    /// <summary>The windows of a query, one by one: for statistics that the API has for a whole period only.</summary>
    public static IEnumerable<WindowQuery> Split(WindowQuery query)
    {
        var bucket = query.Bucket ?? query.End - query.Start;
        for (var start = query.Start; start + bucket <= query.End; start += bucket)
            yield return query with { Start = start, End = start + bucket, Bucket = null };
    }
}
