using System.Globalization;
using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Simulator.Api;

/// <summary>What every endpoint needs: the deployment, the simulated now, the window parameters, pages and refusals.</summary>
internal sealed class Question(SimulatedWorld world, TimeProvider time)
{
    public DateTimeOffset Now => time.GetUtcNow();

    public SimulatedWorld World => world;

    /// <summary>Answers about a deployment, or 404.</summary>
    public IResult About(string id, Func<IDeploymentStatistics, JsonObject> answer) =>
        world.Find(id, Now) is { } statistics ? Json(answer(statistics)) : NotFound();

    /// <summary>Answers about a window of a deployment, or 404, or 422 with the fields that are wrong.</summary>
    public IResult AboutWindow(string id, HttpRequest request, Func<IDeploymentStatistics, WindowParameters, JsonObject> answer) =>
        AboutWindow(id, request, (statistics, window) => Json(answer(statistics, window)));

    /// <inheritdoc cref="AboutWindow(string,HttpRequest,Func{IDeploymentStatistics,WindowParameters,JsonObject})"/>
    public IResult AboutWindow(string id, HttpRequest request, Func<IDeploymentStatistics, WindowParameters, IResult> answer)
    {
        var now = Now;
        if (world.Find(id, now) is not { } statistics)
            return NotFound();
        var errors = new Dictionary<string, string>();
        var window = WindowParameters.Read(request.Query, statistics.Deployment, now, errors);
        return window is null
            ? Json(Answers.Error("Invalid field data", errors), StatusCodes.Status422UnprocessableEntity)
            : answer(statistics, window);
    }

    /// <summary>The page of a list that <c>offset</c> and <c>limit</c> ask for.</summary>
    public static JsonObject Page(HttpRequest request, IReadOnlyList<JsonNode?> all) =>
        Page(request, all.Count, (offset, limit) => all.Skip(offset).Take(limit));

    /// <summary>The page of a list whose items are made when they are asked for.</summary>
    public static JsonObject Page(HttpRequest request, int count, Func<int, int, IEnumerable<JsonNode?>> items)
    {
        var offset = Math.Max(0, (int)Number(request, "offset", 0));
        var limit = (int)Math.Clamp(Number(request, "limit", 20), 1, 100);
        return Answers.Page([.. items(offset, limit)], count, offset, limit, at =>
        {
            var query = QueryString.Create(request.Query.Where(pair => pair.Key is not ("offset" or "limit")))
                .Add("offset", at.ToString(CultureInfo.InvariantCulture)).Add("limit", limit.ToString(CultureInfo.InvariantCulture));
            return $"{request.Scheme}://{request.Host}{request.Path}{query}";
        });
    }

    /// <summary>The parameter <c>metric</c>, or null when it is none of those allowed.</summary>
    public static string? Metric(HttpRequest request, string otherwise, IReadOnlyList<string> allowed)
    {
        var metric = request.Query["metric"].ToString() is { Length: > 0 } asked ? asked : otherwise;
        return allowed.Contains(metric) ? metric : null;
    }

    public static double Number(HttpRequest request, string name, double otherwise) =>
        double.TryParse(request.Query[name], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    public static IResult Invalid(string field, string problem) =>
        Json(
            Answers.Error("Invalid field data", new Dictionary<string, string> { [field] = problem }),
            StatusCodes.Status422UnprocessableEntity);

    public static IResult NotFound() => Json(Answers.Error("Not Found"), StatusCodes.Status404NotFound);

    public static IResult Json(JsonObject body, int status = StatusCodes.Status200OK) =>
        Results.Text(body.ToJsonString(), "application/json", statusCode: status);

    public static IResult Json(byte[] body) => Results.Bytes(body, "application/json");
}
