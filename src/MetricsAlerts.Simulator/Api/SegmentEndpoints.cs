using System.Text.Json.Nodes;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Segment attributes and their values: the host of the prediction server is one.</summary>
internal static class SegmentEndpoints
{
    public static ApiResponse Attributes(ApiRequest request)
    {
        var names = Segments.AttributesOf(request.Statistics.Deployment, request.Text("monitoringType")!, request.Strict);
        return ApiResponse.Ok(new JsonObject { ["data"] = new JsonArray([.. names.Select(name => (JsonNode)name)]) });
    }

    /// <summary>The values do not depend on the time or the monitoring type: a host that left is still there.</summary>
    public static ApiResponse Values(ApiRequest request)
    {
        var search = request.Text("search") ?? "";
        var values = Segments.ValuesOf(request.Statistics.Deployment, request.Text("segmentAttribute"))
            .Where(value => value.Contains(search, StringComparison.OrdinalIgnoreCase));
        return ApiResponse.Ok(request.Page([.. values.Select(value => (JsonNode?)value)]));
    }
}
