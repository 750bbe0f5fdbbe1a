using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.World;
using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Drift of target and features: over a period, and of features also over time.</summary>
internal static class DriftEndpoints
{
    private const long BaselineRows = Scenarios.RowPlay.TrainingRows;

    public static ApiResponse Target(ApiRequest request)
    {
        var window = new Window(request);
        var drift = IsTracked(request)
            ? request.Statistics.TargetDrift(MetricOf(request), window.OfModel(window.Start, window.End, window.Model))
            : default;
        var answer = Head(request, window);
        answer["targetName"] = "target";
        answer["driftScore"] = drift.Value;
        answer["sampleSize"] = Shapes.Count(drift.SampleSize, request.Strict);
        answer["baselineSampleSize"] = BaselineRows;
        return ApiResponse.Ok(answer);
    }

    public static ApiResponse Features(ApiRequest request)
    {
        var window = new Window(request);
        var drifts = Read(request, window, window.Start, window.End);
        var answer = request.Page([.. drifts.Select((drift, rank) => (JsonNode?)Item(drift, "name", rank, request.Strict))]);
        foreach (var (name, value) in Head(request, window).ToList())
            answer[name] = value?.DeepClone();
        return ApiResponse.Ok(answer);
    }

    public static ApiResponse FeaturesOverTime(ApiRequest request)
    {
        var window = new Window(request);
        var names = request.Texts("featureNames");
        IEnumerable<JsonNode?> Items(DateTimeOffset start, DateTimeOffset end) => Read(request, window, start, end)
            .Select((drift, rank) => (Drift: drift, Rank: rank))
            .Where(one => names.Contains(one.Drift.Feature))
            .Select(one =>
            {
                var item = Item(one.Drift, "featureName", one.Rank, request.Strict);
                item["period"] = Shapes.Period(start, end);
                return (JsonNode?)item;
            });
        return ApiResponse.Ok(new JsonObject
        {
            ["metric"] = request.Text("metric"),
            ["buckets"] = new JsonArray([.. window.Buckets().SelectMany(bucket => Items(bucket.Start, bucket.End))]),
            ["summaries"] = new JsonArray([.. Items(window.Start, window.End)]),
        });
    }

    private static IReadOnlyList<(string Feature, Statistic Drift)> Read(
        ApiRequest request, Window window, DateTimeOffset start, DateTimeOffset end) =>
        IsTracked(request) ? request.Statistics.FeatureDrift(MetricOf(request), window.OfModel(start, end, window.Model)) : [];

    private static JsonObject Item((string Feature, Statistic Drift) drift, string name, int rank, StrictSwitches strict) => new()
    {
        [name] = drift.Feature,
        ["driftScore"] = drift.Drift.Value,
        ["featureImpact"] = Math.Round(1.0 / (rank + 1), 3),
        ["sampleSize"] = Shapes.Count(drift.Drift.SampleSize, strict),
        ["baselineSampleSize"] = BaselineRows,
    };

    private static DriftMetric MetricOf(ApiRequest request) => Drift.Named(request.Text("metric")!);

    private static bool IsTracked(ApiRequest request) => request.Statistics.Deployment is { HasDrift: true, HasDataCollection: true };

    private static JsonObject Head(ApiRequest request, Window window)
    {
        var head = new JsonObject
        {
            ["period"] = Shapes.Period(window.Start, window.End),
            ["metric"] = request.Text("metric"),
            ["modelId"] = window.Model,
        };
        Shapes.AddSegment(head, window);
        return head;
    }
}
