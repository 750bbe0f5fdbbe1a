using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Deployments, their settings, and prediction servers.</summary>
internal static class DeploymentEndpoints
{
    public static void Map(IEndpointRouteBuilder api, Question question)
    {
        api.MapGet("/deployments/", (HttpRequest request) => List(question, request));
        api.MapGet("/deployments/{id}/", (string id) => question.About(id, statistics => Answers.Deployment(statistics, question.Now)));
        api.MapGet("/deployments/{id}/settings/", (string id) => question.About(id, statistics => Answers.Settings(statistics.Deployment)));
        api.MapGet("/predictionServers/", (HttpRequest request) => Question.Json(Servers(question, request)));
    }

    private static IResult List(Question question, HttpRequest request)
    {
        var now = question.Now;
        var search = request.Query["search"].ToString();
        var importance = request.Query["importance"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        var found = question.World.Deployments
            .Where(statistics => question.World.Find(statistics.Deployment.Id, now) is not null)
            .Where(statistics => statistics.Deployment.Label.Contains(search, StringComparison.OrdinalIgnoreCase))
            .Where(statistics => importance.Length == 0 || importance.Contains(statistics.Deployment.Importance))
            .ToList();
        return Question.Json(
            Question.Page(
                request,
                found.Count,
                (offset, limit) => found.Skip(offset).Take(limit).Select(statistics => (JsonNode?)Answers.Deployment(statistics, now))));
    }

    private static JsonObject Servers(Question question, HttpRequest request)
    {
        var hosts = question.World.Deployments.SelectMany(statistics => statistics.Deployment.Hosts)
            .Distinct().Order(StringComparer.Ordinal);
        return Question.Page(request, [.. hosts.Select(host =>
            (JsonNode?)new JsonObject
            {
                ["id"] = Scenarios.HexId.From($"server/{host}"),
                ["url"] = $"https://{host}",
                ["datarobot-key"] = "simulated",
            })]);
    }
}
