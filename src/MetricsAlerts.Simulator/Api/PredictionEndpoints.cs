using System.Text.Json.Nodes;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Predictions over time, with and without their actuals.</summary>
internal static class PredictionEndpoints
{
    public static ApiResponse Rows(ApiRequest request)
    {
        var window = new Window(request);
        var buckets = new JsonArray();
        foreach (var (start, end, model) in Buckets(window))
        {
            buckets.Add(
                new JsonObject
                {
                    ["period"] = Shapes.Period(start, end),
                    ["modelId"] = window.ModelOfTraffic(start, model),
                    ["rowCount"] = Shapes.Count(request.Statistics.Actuals(window.OfTraffic(start, end, model)).Total, request.Strict),
                    ["meanPredictedValue"] = null,
                    ["meanProbabilities"] = new JsonArray(),
                });
        }

        return ApiResponse.Ok(new JsonObject { ["baselines"] = new JsonArray(), ["buckets"] = buckets });
    }

    public static ApiResponse RowsWithActuals(ApiRequest request)
    {
        var window = new Window(request);
        var (allRows, allWithActual) = (0L, 0L);
        var buckets = new JsonArray();
        foreach (var (start, end, model) in Buckets(window))
        {
            var (total, withActual) = request.Statistics.Actuals(window.OfTraffic(start, end, model));
            allRows += total;
            allWithActual += withActual;
            buckets.Add(
                new JsonObject
                {
                    ["period"] = Shapes.Period(start, end),
                    ["modelId"] = window.ModelOfTraffic(start, model),
                    ["rowCountTotal"] = Shapes.Count(total, request.Strict),
                    ["rowCountWithActual"] = Shapes.Count(withActual, request.Strict),
                });
        }

        var answer = new JsonObject
        {
            ["summary"] = new JsonObject { ["rowCountTotal"] = allRows, ["rowCountWithActual"] = allWithActual },
            ["baselines"] = new JsonArray(),
            ["buckets"] = buckets,
        };
        Shapes.AddSegment(answer, window);
        return ApiResponse.Ok(answer);
    }

    private static IEnumerable<(DateTimeOffset Start, DateTimeOffset End, string Model)> Buckets(Window window) =>
        from bucket in window.Buckets()
        from model in window.Models
        select (bucket.Start, bucket.End, model);
}
