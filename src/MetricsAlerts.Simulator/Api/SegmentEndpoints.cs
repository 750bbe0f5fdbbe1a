using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Segment attributes and their values: the host of the prediction server is one.</summary>
internal static class SegmentEndpoints
{
    private static readonly string[] Attributes = ["DataRobot-Consumer", "DataRobot-Remote-IP", WindowParameters.HostAttributeName];

    public static void Map(IEndpointRouteBuilder api, Question question)
    {
        api.MapGet(
            "/deployments/{id}/segmentAttributes/", (string id, HttpRequest request) => question.About(id, statistics => Question.Page(
            request,
            statistics.Deployment.HasSegmentAnalysis
                ? [.. Attributes.Select(name => (JsonNode?)new JsonObject { ["name"] = name })]
                : [])));
        api.MapGet("/deployments/{id}/segmentValues/", (string id, HttpRequest request) => question.About(id, statistics => Question.Page(
            request,
            request.Query["segmentAttribute"] == WindowParameters.HostAttributeName
                ? [.. statistics.Deployment.Hosts.Select(host => (JsonNode?)JsonValue.Create(host))]
                : [])));
    }
}
