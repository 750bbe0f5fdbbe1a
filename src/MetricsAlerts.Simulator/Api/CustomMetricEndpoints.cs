using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Custom metrics, their values over time and over a period. Nobody uploads values by segment, so a segment has none.</summary>
internal static class CustomMetricEndpoints
{
    public static ApiResponse List(ApiRequest request) =>
        ApiResponse.Ok(request.Page([.. request.Statistics.Deployment.CustomMetrics.Select(metric => (JsonNode?)Describe(metric))]));

    public static ApiResponse One(ApiRequest request) =>
        Find(request) is { } metric ? ApiResponse.Ok(Describe(metric)) : ApiResponse.NotFound();

    public static ApiResponse OverTime(ApiRequest request)
    {
        if (Find(request) is not { } metric)
            return ApiResponse.NotFound();
        var window = new Window(request);
        var buckets = new JsonArray();
        foreach (var (start, end) in window.Buckets())
        {
            var value = Read(request, metric, window, start, end);
            buckets.Add(
                new JsonObject
                {
                    ["period"] = Shapes.Period(start, end),
                    ["value"] = value.Value,
                    ["sampleSize"] = Shapes.Count(value.SampleSize, request.Strict),
                });
        }

        var answer = new JsonObject
        {
            ["metric"] = Describe(metric),
            ["buckets"] = buckets,
            ["summary"] = Shapes.Period(window.Start, window.End),
        };
        if (window.SegmentValue is { Length: > 0 })
            Shapes.AddSegment(answer, window);
        return ApiResponse.Ok(answer);
    }

    public static ApiResponse Summary(ApiRequest request)
    {
        if (Find(request) is not { } metric)
            return ApiResponse.NotFound();
        var window = new Window(request);
        var value = Read(request, metric, window, window.Start, window.End);
        return ApiResponse.Ok(new JsonObject
        {
            ["period"] = Shapes.Period(window.Start, window.End),
            ["metric"] = new JsonObject
            {
                ["id"] = metric.Id,
                ["name"] = metric.Name,
                ["value"] = value.Value,
                ["sampleCount"] = Shapes.Count(value.SampleSize, request.Strict),
                ["baselineValue"] = metric.Value,
                ["percentChange"] = value.Value is { } measured && metric.Value != 0
                    ? Math.Round((measured - metric.Value) / Math.Abs(metric.Value) * 100, 2)
                    : null,
            },
        });
    }

    private static SimulatedCustomMetric? Find(ApiRequest request) =>
        request.Statistics.Deployment.CustomMetrics.FirstOrDefault(metric => metric.Id == request.Ids[1]);

    private static Statistic Read(
        ApiRequest request, SimulatedCustomMetric metric, Window window, DateTimeOffset start, DateTimeOffset end) =>
        window.SegmentAttribute is null ? request.Statistics.Custom(metric, window.OfTraffic(start, end, window.Model)) : default;

    private static JsonObject Describe(SimulatedCustomMetric metric) => new()
    {
        ["id"] = metric.Id,
        ["name"] = metric.Name,
        ["units"] = metric.Units,
        ["directionality"] = metric.Directionality,
        ["type"] = "average",
        ["timeStep"] = "hour",
        ["baselineValues"] = new JsonArray(new JsonObject { ["value"] = metric.Value }),
        ["isModelSpecific"] = false,
        ["description"] = "",
    };
}
