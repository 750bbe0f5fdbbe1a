using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Drift of target and features: one value per request.</summary>
internal static class DriftEndpoints
{
    private const long BaselineRows = 3200;

    public static void Map(IEndpointRouteBuilder api, Question question)
    {
        api.MapGet("/deployments/{id}/targetDrift/", (string id, HttpRequest request) =>
            question.AboutWindow(id, request, (statistics, window) => Target(statistics, window, question.Now)));
        api.MapGet("/deployments/{id}/featureDrift/", (string id, HttpRequest request) =>
            question.AboutWindow(id, request, (statistics, window) => Features(statistics, window, request, question.Now)));
    }

    private static JsonObject Target(IDeploymentStatistics statistics, WindowParameters window, DateTimeOffset now)
    {
        var drift = IsTracked(statistics) ? statistics.TargetDrift(window.Start, window.End, window.Host, now) : default;
        var answer = Head(window);
        answer["targetName"] = "target";
        answer["driftScore"] = drift.Value;
        answer["sampleSize"] = drift.SampleSize;
        answer["baselineSampleSize"] = BaselineRows;
        return answer;
    }

    private static JsonObject Features(IDeploymentStatistics statistics, WindowParameters window, HttpRequest request, DateTimeOffset now)
    {
        var drifts = IsTracked(statistics) ? statistics.FeatureDrift(window.Start, window.End, window.Host, now) : [];
        var answer = Question.Page(request, [.. drifts.Select((drift, rank) => (JsonNode?)new JsonObject
        {
            ["name"] = drift.Feature,
            ["driftScore"] = drift.Drift.Value,
            ["featureImpact"] = Math.Round(1.0 / (rank + 1), 3),
            ["sampleSize"] = drift.Drift.SampleSize,
            ["baselineSampleSize"] = BaselineRows,
        })]);
        foreach (var (name, value) in Head(window).ToList())
            answer[name] = value?.DeepClone();
        return answer;
    }

    private static bool IsTracked(IDeploymentStatistics statistics) => statistics.Deployment is { HasDrift: true, HasDataCollection: true };

    private static JsonObject Head(WindowParameters window) =>
        new() { ["period"] = Answers.Period(window.Start, window.End), ["metric"] = "psi", ["modelId"] = window.Model };
}
