using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Custom metrics and their values over time.</summary>
internal static class CustomMetricEndpoints
{
    public static void Map(IEndpointRouteBuilder api, Question question)
    {
        api.MapGet("/deployments/{id}/customMetrics/", (string id, HttpRequest request) =>
            question.About(
                id,
                statistics =>
                    Question.Page(request, [.. statistics.Deployment.CustomMetrics.Select(metric => (JsonNode?)Describe(metric))])));
        api.MapGet("/deployments/{id}/customMetrics/{metricId}/valuesOverTime/", (string id, string metricId, HttpRequest request) =>
            question.AboutWindow(id, request, (statistics, window) => Values(statistics, metricId, window, question.Now)));
    }

    private static IResult Values(IDeploymentStatistics statistics, string metricId, WindowParameters window, DateTimeOffset now)
    {
        if (statistics.Deployment.CustomMetrics.FirstOrDefault(metric => metric.Id == metricId) is not { } metric)
            return Question.NotFound();
        var buckets = window.Buckets().Select(
            bucket => Bucket(statistics.Custom(metric, bucket.Start, bucket.End, now), bucket.Start, bucket.End));
        return Question.Json(new JsonObject
        {
            ["metric"] = Describe(metric),
            ["buckets"] = new JsonArray([.. buckets]),
            ["summary"] = Bucket(statistics.Custom(metric, window.Start, window.End, now), window.Start, window.End),
        });
    }

    private static JsonObject Bucket(Statistic statistic, DateTimeOffset start, DateTimeOffset end) =>
        new() { ["period"] = Answers.Period(start, end), ["value"] = statistic.Value, ["sampleSize"] = statistic.SampleSize };

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
