using System.Globalization;
using System.Text.Json.Nodes;
using MetricsAlerts.Metrics;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Simulator.Api;

/// <summary>DataRobot's monitoring endpoints over a simulated world.</summary>
internal sealed class MonitoringApi(SimulatedWorld world, TimeProvider time)
{
    private static readonly string[] ServiceMetrics = [.. MetricCatalogue.Known.Where(metric => metric.Family == MetricFamily.ServiceHealth).Select(metric => metric.Name)];

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v2").AddEndpointFilter(RequireTokenAsync);
        api.MapGet("/version/", () => Json(new JsonObject { ["major"] = 2, ["minor"] = 36, ["versionString"] = "2.36.0", ["releasedVersion"] = "2.36.0" }));
        api.MapGet("/deployments/", ListDeployments);
        api.MapGet("/deployments/{id}/", (string id) => With(id, statistics => Answers.Deployment(statistics.Deployment, time.GetUtcNow())));
        api.MapGet("/deployments/{id}/settings/", (string id) => With(id, statistics => Answers.Settings(statistics.Deployment)));
        api.MapGet("/deployments/{id}/accuracy/", (string id, HttpRequest request) => WithWindow(id, request, Accuracy));
        api.MapGet("/deployments/{id}/accuracyOverTime/", (string id, HttpRequest request) => WithWindow(id, request, (statistics, window) => AccuracyOverTime(statistics, window, request)));
        api.MapGet("/deployments/{id}/serviceStats/", (string id, HttpRequest request) => WithWindow(id, request, ServiceStats));
        api.MapGet("/deployments/{id}/serviceStatsOverTime/", (string id, HttpRequest request) => WithWindow(id, request, (statistics, window) => ServiceStatsOverTime(statistics, window, request)));
        api.MapGet("/deployments/{id}/predictionsVsActualsOverTime/", (string id, HttpRequest request) => WithWindow(id, request, PredictionsVsActualsOverTime));
        api.MapGet("/deployments/{id}/segmentAttributes/", ListSegmentAttributes);
        api.MapGet("/deployments/{id}/segmentValues/", ListSegmentValues);
    }

    private static async ValueTask<object?> RequireTokenAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var authorization = context.HttpContext.Request.Headers.Authorization.ToString();
        return authorization.StartsWith("Bearer ", StringComparison.Ordinal) || authorization.StartsWith("Token ", StringComparison.Ordinal)
            ? await next(context)
            : Json(Answers.Error("Invalid or missing API token"), StatusCodes.Status401Unauthorized);
    }

    private IResult ListDeployments(HttpRequest request)
    {
        var now = time.GetUtcNow();
        var search = request.Query["search"].ToString();
        var found = world.Deployments
            .Where(statistics => world.Find(statistics.Deployment.Id, now) is not null)
            .Where(statistics => statistics.Deployment.Label.Contains(search, StringComparison.OrdinalIgnoreCase))
            .Select(statistics => (JsonNode?)Answers.Deployment(statistics.Deployment, now));
        return Paged(request, [.. found]);
    }

    private IResult ListSegmentAttributes(string id, HttpRequest request) => With(id, statistics => Paging(
        request, statistics.Deployment.HasSegmentAnalysis ? [.. new[] { "DataRobot-Consumer", "DataRobot-Remote-IP", WindowParameters.HostAttributeName }.Select(name => (JsonNode?)new JsonObject { ["name"] = name })] : []));

    private IResult ListSegmentValues(string id, HttpRequest request) => With(id, statistics => Paging(
        request,
        request.Query["segmentAttribute"] == WindowParameters.HostAttributeName ? [.. statistics.Deployment.Predictions.Hosts.Select(host => (JsonNode?)JsonValue.Create(host))] : []));

    private JsonObject Accuracy(MonitoringStatistics statistics, WindowParameters window)
    {
        var data = new JsonArray();
        var metrics = new JsonObject();
        foreach (var metric in ClassificationStatistics.Metrics)
        {
            var value = statistics.Accuracy(metric, window.Start, window.End, window.Host, window.Model, time.GetUtcNow());
            var baseline = statistics.Baseline(metric);
            double? change = value.Value is { } now && baseline.Value is { } before && before != 0
                ? Math.Round((now - before) / before * 100 * (MetricCatalogue.Find(metric).Direction == Direction.LowerIsBetter ? -1 : 1), 2)
                : null;
            data.Add(new JsonObject
            {
                ["modelId"] = window.Model,
                ["metricName"] = metric,
                ["value"] = value.Value,
                ["sampleSize"] = value.SampleSize,
                ["baselineValue"] = baseline.Value,
                ["baselineSampleSize"] = baseline.SampleSize,
                ["percentChange"] = change,
            });
            metrics[metric] = new JsonObject { ["value"] = value.Value, ["baselineValue"] = baseline.Value, ["percentChange"] = change };
        }

        return new() { ["period"] = Answers.Period(window.Start, window.End), ["modelId"] = window.Model, ["data"] = data, ["metrics"] = metrics };
    }

    private IResult AccuracyOverTime(MonitoringStatistics statistics, WindowParameters window, HttpRequest request)
    {
        if (Metric(request, "Accuracy", ClassificationStatistics.Metrics) is not { } metric)
            return Invalid("metric", $"must be one of {string.Join(", ", ClassificationStatistics.Metrics)}");
        var now = time.GetUtcNow();
        Statistic Compute(DateTimeOffset start, DateTimeOffset end) => statistics.Accuracy(metric, start, end, window.Host, window.Model, now);
        var summary = metric == "AUC" ? Compute(window.Start, window.End) : Mean(window.Buckets().Select(bucket => Compute(bucket.Start, bucket.End)));
        return Json(OverTimeAnswer.Write(metric, window, Compute, summary, statistics.Baseline(metric)));
    }

    private JsonObject ServiceStats(MonitoringStatistics statistics, WindowParameters window) => new()
    {
        ["period"] = Answers.Period(window.Start, window.End),
        ["modelId"] = window.Model,
        ["metrics"] = new JsonObject(ServiceMetrics.Select(metric =>
            KeyValuePair.Create<string, JsonNode?>(metric, statistics.Service(metric, window.Start, window.End, window.Host, time.GetUtcNow())))),
    };

    private IResult ServiceStatsOverTime(MonitoringStatistics statistics, WindowParameters window, HttpRequest request)
    {
        if (Metric(request, "totalPredictions", ServiceMetrics) is not { } metric)
            return Invalid("metric", $"must be one of {string.Join(", ", ServiceMetrics)}");
        var now = time.GetUtcNow();
        Statistic Compute(DateTimeOffset start, DateTimeOffset end) => Requests(statistics, window, metric, start, end, now);
        return Json(OverTimeAnswer.Write(metric, window, Compute, Compute(window.Start, window.End), baseline: null));
    }

    /// <summary>The metric over all rows, from that over the rows of each bucket; true of means over rows, as Accuracy and LogLoss are.</summary>
    private static Statistic Mean(IEnumerable<Statistic> buckets)
    {
        var (sum, rows) = (0.0, 0L);
        foreach (var bucket in buckets)
        {
            sum += (bucket.Value ?? 0) * bucket.SampleSize;
            rows += bucket.SampleSize;
        }

        return new(rows == 0 ? null : sum / rows, rows);
    }

    private JsonObject PredictionsVsActualsOverTime(MonitoringStatistics statistics, WindowParameters window)
    {
        var buckets = new JsonArray();
        foreach (var (start, end) in window.Buckets())
        {
            var (total, withActual) = statistics.Actuals(start, end, window.Host, time.GetUtcNow());
            buckets.Add(new JsonObject { ["period"] = Answers.Period(start, end), ["modelId"] = window.Model, ["rowCountTotal"] = total, ["rowCountWithActual"] = withActual });
        }

        return new() { ["buckets"] = buckets };
    }

    private static Statistic Requests(MonitoringStatistics statistics, WindowParameters window, string metric, DateTimeOffset start, DateTimeOffset end, DateTimeOffset now) =>
        new(statistics.Service(metric, start, end, window.Host, now), (long)(statistics.Service("totalRequests", start, end, window.Host, now) ?? 0));

    private IResult WithWindow(string id, HttpRequest request, Func<MonitoringStatistics, WindowParameters, JsonObject> answer) =>
        WithWindow(id, request, (statistics, window) => Json(answer(statistics, window)));

    private IResult WithWindow(string id, HttpRequest request, Func<MonitoringStatistics, WindowParameters, IResult> answer)
    {
        var now = time.GetUtcNow();
        if (world.Find(id, now) is not { } statistics)
            return NotFound();
        var errors = new Dictionary<string, string>();
        var window = WindowParameters.Read(request.Query, statistics.Deployment, now, errors);
        return window is null
            ? Json(Answers.Error("Invalid field data", errors), StatusCodes.Status422UnprocessableEntity)
            : answer(statistics, window);
    }

    private IResult With(string id, Func<MonitoringStatistics, JsonObject> answer) =>
        world.Find(id, time.GetUtcNow()) is { } statistics ? Json(answer(statistics)) : NotFound();

    private static IResult Paged(HttpRequest request, IReadOnlyList<JsonNode?> all) => Json(Paging(request, all));

    private static JsonObject Paging(HttpRequest request, IReadOnlyList<JsonNode?> all)
    {
        var offset = Math.Max(0, Number(request, "offset", 0));
        var limit = Math.Clamp(Number(request, "limit", 20), 1, 100);
        return Answers.Page(all, offset, limit, at =>
        {
            var query = QueryString.Create(request.Query.Where(pair => pair.Key is not ("offset" or "limit")))
                .Add("offset", at.ToString(CultureInfo.InvariantCulture)).Add("limit", limit.ToString(CultureInfo.InvariantCulture));
            return $"{request.Scheme}://{request.Host}{request.Path}{query}";
        });
    }

    private static int Number(HttpRequest request, string name, int otherwise) =>
        int.TryParse(request.Query[name], NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static string? Metric(HttpRequest request, string otherwise, IReadOnlyList<string> allowed)
    {
        var metric = request.Query["metric"].ToString() is { Length: > 0 } asked ? asked : otherwise;
        return allowed.Contains(metric) ? metric : null;
    }

    private static IResult Invalid(string field, string problem) =>
        Json(Answers.Error("Invalid field data", new Dictionary<string, string> { [field] = problem }), StatusCodes.Status422UnprocessableEntity);

    private static IResult NotFound() => Json(Answers.Error("Not Found"), StatusCodes.Status404NotFound);

    private static IResult Json(JsonObject body, int status = StatusCodes.Status200OK) =>
        Results.Text(body.ToJsonString(), "application/json", statusCode: status);

    private static IResult Json(byte[] body) => Results.Bytes(body, "application/json");
}
