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

    /// <summary>Each bucket that is there, with its place.</summary>
    public static IEnumerable<(T Bucket, DateTimeOffset Start, DateTimeOffset End)> Places<T>(
        IReadOnlyList<T?>? buckets, Func<T, PeriodModel?> period, WindowQuery query)
        where T : class
    {
        foreach (var (number, bucket) in (buckets ?? []).Index())
        {
            if (bucket is null)
                continue;
            var (start, end) = PeriodOf(period(bucket), number, query);
            yield return (bucket, start, end);
        }
    }

    /// <summary>The windows of an answer that has a value in each bucket.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="baseline">What a model is compared with.</param>
    public static List<MetricWindow> Windows(OverTimeModel answer, WindowQuery query, Func<string?, double?> baseline) =>
    [
        .. from place in Places(answer.Buckets, bucket => bucket.Period, query)
           let model = place.Bucket.ModelId ?? answer.ModelId ?? query.ModelId
           select new MetricWindow(place.Start, place.End, place.Bucket.Value, place.Bucket.SampleSize ?? 0)
           {
               Baseline = baseline(model),
               ModelId = model,
           },
    ];

    /// <summary>The windows of a query, one by one: for statistics that the API has for a whole period only.</summary>
    public static IEnumerable<WindowQuery> Split(WindowQuery query)
    {
        var bucket = query.Bucket ?? query.End - query.Start;
        for (var start = query.Start; start + bucket <= query.End; start += bucket)
            yield return query with { Start = start, End = start + bucket, Bucket = null };
    }
}
