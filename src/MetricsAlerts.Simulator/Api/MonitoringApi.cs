using System.Collections.Frozen;
using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.Contract;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Http;

namespace MetricsAlerts.Simulator.Api;

/// <summary>
/// The contract's endpoints over a simulated world: who asks, what is asked for, whether that is allowed, and the answer.
/// </summary>
internal sealed class MonitoringApi
{
    public const string Base = "/api/v2";

    private readonly DataRobotContract _contract = DataRobotContract.Load();
    private readonly SimulatedWorld _world;
    private readonly TimeProvider _time;
    private readonly SimulatorOptions _options;
    private readonly RequestCheck _check;
    private readonly FrozenDictionary<string, Func<ApiRequest, ApiResponse>> _endpoints;

    public MonitoringApi(SimulatedWorld world, TimeProvider time, SimulatorOptions options)
    {
        (_world, _time, _options) = (world, time, options);
        _check = new(_contract);
        var accuracy = new AccuracyEndpoints(_contract);
        _endpoints = new Dictionary<string, Func<ApiRequest, ApiResponse>>
        {
            ["version"] = _ => ApiResponse.Ok(new JsonObject { ["major"] = 2, ["minor"] = 36, ["versionString"] = "2.36.0" }),
            ["deployments"] = DeploymentEndpoints.List,
            ["deployment"] = DeploymentEndpoints.One,
            ["settings"] = DeploymentEndpoints.Settings,
            ["predictionServers"] = DeploymentEndpoints.Servers,
            ["modelHistory"] = DescriptionEndpoints.ModelHistory,
            ["capabilities"] = DescriptionEndpoints.Capabilities,
            ["features"] = DescriptionEndpoints.Features,
            ["healthSettings"] = DescriptionEndpoints.HealthSettings,
            ["accuracyMetrics"] = accuracy.Metrics,
            ["accuracy"] = accuracy.Whole,
            ["accuracyOverTime"] = AccuracyEndpoints.OverTime,
            ["serviceStats"] = new ServiceEndpoints(_contract).Whole,
            ["serviceStatsOverTime"] = ServiceEndpoints.OverTime,
            ["targetDrift"] = DriftEndpoints.Target,
            ["featureDrift"] = DriftEndpoints.Features,
            ["featureDriftOverTime"] = DriftEndpoints.FeaturesOverTime,
            ["predictionsOverTime"] = PredictionEndpoints.Rows,
            ["predictionsVsActualsOverTime"] = PredictionEndpoints.RowsWithActuals,
            ["segmentAttributes"] = SegmentEndpoints.Attributes,
            ["segmentValues"] = SegmentEndpoints.Values,
            ["customMetrics"] = CustomMetricEndpoints.List,
            ["customMetric"] = CustomMetricEndpoints.One,
            ["customMetricValuesOverTime"] = CustomMetricEndpoints.OverTime,
            ["customMetricSummary"] = CustomMetricEndpoints.Summary,
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Writes the answer to a request whose path begins with <see cref="Base"/>.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var response = Respond(context);
        context.Response.StatusCode = response.Status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = response.Body.Length;
        await context.Response.Body.WriteAsync(response.Body, context.RequestAborted);
    }

    private ApiResponse Respond(HttpContext context)
    {
        if (RefusalOfToken(context.Request) is { } refusal)
            return refusal;
        if (_contract.Find(context.Request.Path.ToUriComponent()) is not { } found)
            return ApiResponse.NotFound();
        if (context.Request.Method != found.Endpoint.Method)
        {
            context.Response.Headers.Allow = found.Endpoint.Method;
            return ApiResponse.Error(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
        }

        var now = _time.GetUtcNow();
        if (found.Ids.Count > 0 && _world.Find(found.Ids[0], now) is null)
            return ApiResponse.NotFound();
        var request = new ApiRequest(found.Endpoint, found.Ids, context.Request, _world, now, _options.Strict);
        return _check.ProblemsOf(request) is { Count: > 0 } problems
            ? ApiResponse.Refused(problems, _options.Strict)
            : _endpoints[found.Endpoint.Id](request);
    }

    private ApiResponse? RefusalOfToken(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString().Split(' ', 2);
        var token = authorization is ["Bearer" or "Token", { Length: > 0 } given] ? given : null;
        if (token == SimulatorOptions.TokenWithoutRights)
        {
            return request.Path.StartsWithSegments($"{Base}/deployments", StringComparison.Ordinal)
                ? ApiResponse.Error(StatusCodes.Status403Forbidden, "You do not have permission to view deployments")
                : null;
        }

        return token is null or SimulatorOptions.BadToken || token != (_options.Token ?? token)
            ? ApiResponse.Error(StatusCodes.Status401Unauthorized, "Invalid or missing API token")
            : null;
    }
}
