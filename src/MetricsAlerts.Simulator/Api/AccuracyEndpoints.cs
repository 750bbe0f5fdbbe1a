using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.Contract;
using MetricsAlerts.Simulator.World;
using MetricsAlerts.Simulator.World.Metrics;

namespace MetricsAlerts.Simulator.Api;

/// <summary>Accuracy, over a period and over time.</summary>
internal sealed class AccuracyEndpoints(DataRobotContract contract)
{
    /// <summary>The metrics that the deployment has; the shape of this answer is in no source.</summary>
    public ApiResponse Metrics(ApiRequest request) => ApiResponse.Ok(
        new JsonObject { ["data"] = new JsonArray([.. Of(request).Select(metric => (JsonNode)metric.Name)]) });

    public ApiResponse Whole(ApiRequest request)
    {
        var window = new Window(request);
        var allowed = request.Endpoint.Parameter("metric")!.Allowed;
        var metrics = Of(request).Where(
            metric => allowed.Contains(metric.Name) && (request.Text("metric") ?? metric.Name) == metric.Name).ToList();
        var data = new JsonArray();
        foreach (var model in window.Models)
        {
            var values = request.Statistics.Accuracy(
                [.. metrics.Select(metric => metric.Name)], window.OfModel(window.Start, window.End, model));
            foreach (var (metric, value) in metrics.Zip(values))
                data.Add(Row(metric, model, value, request.Statistics.Baseline(metric.Name, model, request.Now), request.Strict));
        }

        var answer = new JsonObject { ["period"] = Shapes.Period(window.Start, window.End), ["data"] = data };
        Shapes.AddSegment(answer, window);
        if (!request.Strict.BaselinesOnly)
            AddDeprecated(answer, data, window.Model, [.. metrics.Where(metric => metric.IsInMap).Select(metric => metric.Name)]);
        return ApiResponse.Ok(answer);
    }

    public static ApiResponse OverTime(ApiRequest request)
    {
        var window = new Window(request);
        var statistics = request.Statistics;
        var kind = statistics.Deployment.TargetType == "Regression" ? "regression" : "classification";
        var metric = request.Text("metric") ?? request.Endpoint.Parameter("metric")!.DefaultByKind[kind];
        return ApiResponse.Ok(
            OverTimeWriter.Accuracy(
                metric,
                window,
                (start, end, model) => statistics.Accuracy([metric], window.OfModel(start, end, model))[0],
                model => statistics.Baseline(metric, model, request.Now),
                request.Strict));
    }

    private static JsonObject Row(ContractMetric metric, string model, Statistic value, Statistic baseline, StrictSwitches strict) => new()
    {
        ["modelId"] = model,
        ["metricName"] = metric.Name,
        ["value"] = value.Value,
        ["sampleSize"] = Shapes.Count(value.SampleSize, strict),
        ["baselineValue"] = baseline.Value,
        ["baselineSampleSize"] = baseline.SampleSize,
        ["percentChange"] = Change(value, baseline) is { } change ? Math.Round(metric.IsHigherBetter ? change : -change, 2) : null,
    };

    /// <summary>Percent of the baseline.</summary>
    private static double? Change(Statistic value, Statistic baseline) =>
        value.Value is { } measured && baseline.Value is { } before && before != 0 ? (measured - before) / Math.Abs(before) * 100 : null;

    /// <summary>What servers wrote before client 3.9, of the first model.</summary>
    private static void AddDeprecated(JsonObject answer, JsonArray data, string model, IReadOnlyList<string> names)
    {
        answer["modelId"] = model;
        answer["metrics"] = new JsonObject(
            from row in data
            let name = row!["metricName"]!.GetValue<string>()
            where row["modelId"]!.GetValue<string>() == model && names.Contains(name)
            select KeyValuePair.Create<string, JsonNode?>(
                name,
                new JsonObject
                {
                    ["value"] = row["value"]?.DeepClone(),
                    ["baselineValue"] = row["baselineValue"]?.DeepClone(),
                    ["percentChange"] = row["percentChange"]?.DeepClone(),
                }));
    }

    private IEnumerable<ContractMetric> Of(ApiRequest request) =>
        contract.AccuracyMetrics.Where(metric => metric.TargetTypes.Contains(request.Statistics.Deployment.TargetType));
}
