using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Predictions over time, with and without their actuals.</summary>
internal static class PredictionEndpoints
{
    public static void Map(IEndpointRouteBuilder api, Question question)
    {
        api.MapGet("/deployments/{id}/predictionsOverTime/", (string id, HttpRequest request) =>
            question.AboutWindow(id, request, (statistics, window) => Rows(statistics, window, question.Now)));
        api.MapGet("/deployments/{id}/predictionsVsActualsOverTime/", (string id, HttpRequest request) =>
            question.AboutWindow(id, request, (statistics, window) => RowsWithActuals(statistics, window, question.Now)));
    }

    private static JsonObject Rows(IDeploymentStatistics statistics, WindowParameters window, DateTimeOffset now)
    {
        var buckets = window.Buckets().Select(bucket => (JsonNode?)new JsonObject
        {
            ["period"] = Answers.Period(bucket.Start, bucket.End),
            ["modelId"] = window.Model,
            ["rowCount"] = statistics.Actuals(bucket.Start, bucket.End, window.Host, now).Total,
            ["meanPredictedValue"] = null,
            ["meanProbabilities"] = new JsonArray(),
        });
        return new() { ["baselines"] = new JsonArray(), ["buckets"] = new JsonArray([.. buckets]) };
    }

    private static JsonObject RowsWithActuals(IDeploymentStatistics statistics, WindowParameters window, DateTimeOffset now)
    {
        var buckets = new JsonArray();
        foreach (var (start, end) in window.Buckets())
        {
            var (total, withActual) = statistics.Actuals(start, end, window.Host, now);
            buckets.Add(
                new JsonObject
                {
                    ["period"] = Answers.Period(start, end),
                    ["modelId"] = window.Model,
                    ["rowCountTotal"] = total,
                    ["rowCountWithActual"] = withActual,
                });
        }

        return new() { ["buckets"] = buckets };
    }
}
