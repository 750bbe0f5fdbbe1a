using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Simulator.Faults;

/// <summary>Counts requests by endpoint and status and keeps the last ones, for <c>/_sim</c>.</summary>
public sealed partial class RequestLog
{
    private const int Kept = 500;

    private readonly ConcurrentDictionary<(string Endpoint, int Status), int> _counts = new();
    private readonly ConcurrentQueue<(int Status, string PathAndQuery)> _last = new();
    private int _open;
    private int _mostOpen;

    /// <summary>Requests so far.</summary>
    public int Total => _counts.Values.Sum();

    /// <summary>The most requests that were under way at the same time.</summary>
    public int MostOpen => _mostOpen;

    /// <summary>Requests so far by endpoint, ids left out, and status.</summary>
    public IReadOnlyDictionary<(string Endpoint, int Status), int> Counts => _counts;

    /// <summary>The last 500 requests, the oldest first.</summary>
    public IReadOnlyList<(int Status, string PathAndQuery)> Last => [.. _last];

    internal async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var open = Interlocked.Increment(ref _open);
        for (var most = _mostOpen; open > most; most = _mostOpen)
            Interlocked.CompareExchange(ref _mostOpen, open, most);
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            var endpoint = Ids().Replace(context.Request.Path.Value ?? "", "/{id}");
            _counts.AddOrUpdate((endpoint, context.Response.StatusCode), 1, (_, count) => count + 1);
            _last.Enqueue((context.Response.StatusCode, $"{context.Request.Path}{context.Request.QueryString}"));
            if (_last.Count > Kept)
                _last.TryDequeue(out _);
        }
    }

    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/_sim", () => Results.Text(Counters().ToJsonString(), "application/json"));
        routes.MapGet(
            "/_sim/requests",
            () => Results.Text(
                new JsonArray([.. _last.Select(one => (JsonNode)$"{one.Status} {one.PathAndQuery}")]).ToJsonString(),
                "application/json"));
    }

    private JsonObject Counters() => new()
    {
        ["requests"] = Total,
        ["mostAtOnce"] = MostOpen,
        ["endpoints"] = new JsonArray([.. _counts.OrderBy(pair => pair.Key).Select(pair =>
            new JsonObject { ["endpoint"] = pair.Key.Endpoint, ["status"] = pair.Key.Status, ["count"] = pair.Value })]),
    };

    [GeneratedRegex("/[0-9a-f]{24}(?=/)")]
    private static partial Regex Ids();
}
