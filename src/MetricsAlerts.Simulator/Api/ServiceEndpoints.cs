using System.Text.Json.Nodes;
using MetricsAlerts.Metrics;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Service statistics, over a period and over time.</summary>
internal static class ServiceEndpoints
{
    private static readonly string[] Metrics =
    [
        .. MetricCatalogue.Known.Where(metric => metric.Family == MetricFamily.ServiceHealth).Select(metric => metric.Name)
    ];

    public static void Map(IEndpointRouteBuilder api, Question question)
    {
        api.MapGet("/deployments/{id}/serviceStats/", (string id, HttpRequest request) =>
            question.AboutWindow(id, request, (statistics, window) => Whole(statistics, window, request, question.Now)));
        api.MapGet("/deployments/{id}/serviceStatsOverTime/", (string id, HttpRequest request) =>
            question.AboutWindow(id, request, (statistics, window) => OverTime(statistics, window, request, question.Now)));
    }

    private static JsonObject Whole(IDeploymentStatistics statistics, WindowParameters window, HttpRequest request, DateTimeOffset now)
    {
        var slowAbove = Question.Number(request, "slowRequestsThreshold", 1000);
        double? Value(string metric) => statistics.Service(
            new(metric, metric is "responseTime" or "executionTime" ? Question.Number(request, $"{metric}Quantile", 0.5) : 0.5, slowAbove),
            window.Start,
            window.End,
            window.Host,
            now);
        return new()
        {
            ["period"] = Answers.Period(window.Start, window.End),
            ["modelId"] = window.Model,
            ["metrics"] = new JsonObject(Metrics.Select(metric => KeyValuePair.Create<string, JsonNode?>(metric, Value(metric)))),
        };
    }

    private static IResult OverTime(IDeploymentStatistics statistics, WindowParameters window, HttpRequest request, DateTimeOffset now)
    {
        if (Question.Metric(request, "totalPredictions", Metrics) is not { } metric)
            return Question.Invalid("metric", $"must be one of {string.Join(", ", Metrics)}");
        var quantile = Question.Number(request, "quantile", 0.5);
        if (quantile is not (> 0 and < 1))
            return Question.Invalid("quantile", "must be above 0 and below 1");
        var question = new ServiceQuestion(metric, quantile, Question.Number(request, "threshold", 1000));
        Statistic Compute(DateTimeOffset start, DateTimeOffset end) => new(
            statistics.Service(question, start, end, window.Host, now),
            (long)(statistics.Service(new("totalRequests"), start, end, window.Host, now) ?? 0));
        return Question.Json(OverTimeAnswer.Write(metric, window, Compute, Compute(window.Start, window.End), baseline: null));
    }
}
