using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.Contract;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Service statistics, over a period and over time.</summary>
internal sealed class ServiceEndpoints(DataRobotContract contract)
{
    private const double Median = 0.5;

    private readonly IReadOnlyList<string> _metrics = contract.Endpoint("serviceStatsOverTime").Parameter("metric")!.Allowed;

    public ApiResponse Whole(ApiRequest request)
    {
        var window = new Window(request);
        var slice = window.OfTraffic(window.Start, window.End, window.Model);
        var answer = new JsonObject
        {
            ["period"] = Shapes.Period(window.Start, window.End),
            ["modelId"] = window.Model,
            ["metrics"] = new JsonObject(
                _metrics.Select(metric => KeyValuePair.Create<string, JsonNode?>(metric, Number(request.Statistics.Service(
                    new(metric, request.Number($"{metric}Quantile", Median), request.Number("slowRequestsThreshold")), slice))))),
        };
        Shapes.AddSegment(answer, window);
        return ApiResponse.Ok(answer);
    }

    public static ApiResponse OverTime(ApiRequest request)
    {
        var window = new Window(request);
        var question = new ServiceQuestion(request.Text("metric")!, request.Number("quantile"), request.Number("threshold"));
        return ApiResponse.Ok(
            OverTimeWriter.Service(
                question.Metric,
                window,
                (start, end) => request.Statistics.Service(question, window.OfTraffic(start, end, window.Model))));
    }

    private static JsonNode? Number(double? value) => value is { } number ? JsonValue.Create(number) : null;
}
