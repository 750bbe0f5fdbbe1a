using System.Globalization;
using System.Text.Json.Nodes;
using MetricsAlerts.Simulator.Contract;
using MetricsAlerts.Simulator.World;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MetricsAlerts.Simulator.Api;

/// <summary>A request for one of the contract's endpoints.</summary>
internal sealed class ApiRequest(
    ContractEndpoint endpoint, IReadOnlyList<string> ids, HttpRequest http, SimulatedWorld world, DateTimeOffset now, StrictSwitches strict)
{
    private const int PageSize = 20;
    private const int MostPerPage = 1000;

    public ContractEndpoint Endpoint => endpoint;

    /// <summary>The ids in the path.</summary>
    public IReadOnlyList<string> Ids => ids;

    public SimulatedWorld World => world;

    public DateTimeOffset Now => now;

    public StrictSwitches Strict => strict;

    /// <summary>The query; what the simulator is not strict about is taken out of it.</summary>
    public Dictionary<string, StringValues> Query { get; } = http.Query
        .Where(pair => strict.Keys || endpoint.Parameter(pair.Key) is not null)
        .ToDictionary(
            pair => pair.Key,
            pair => !strict.RepeatedKeys && endpoint.Parameter(pair.Key) is { IsRepeated: true, Allowed.Count: > 0 }
                ? new([.. pair.Value.SelectMany(value => (value ?? "").Split(','))])
                : pair.Value,
            StringComparer.Ordinal);

    /// <summary>The deployment that the path names; the caller has found that it is there.</summary>
    public IDeploymentStatistics Statistics => world.Find(ids[0], now)!;

    /// <summary>The value of a key, or the contract's default; null for neither.</summary>
    public string? Text(string key) =>
        Query.TryGetValue(key, out var values) && values.ToString() is { Length: > 0 } text ? text : endpoint.Parameter(key)?.Default;

    /// <summary>The values of a key that may be there several times.</summary>
    public IReadOnlyList<string> Texts(string key) =>
        Query.TryGetValue(key, out var values) ? [.. values.OfType<string>().Where(value => value.Length > 0)] : [];

    /// <summary>The number of a key, or the contract's default.</summary>
    public double Number(string key, double otherwise = 0) =>
        double.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>The page of a list that <c>offset</c> and <c>limit</c> ask for.</summary>
    public JsonObject Page(IReadOnlyList<JsonNode?> all) => Page(all.Count, (offset, limit) => all.Skip(offset).Take(limit));

    /// <summary>The page of a list whose items are made when they are asked for.</summary>
    public JsonObject Page(int count, Func<int, int, IEnumerable<JsonNode?>> items)
    {
        var offset = (int)Math.Clamp(Number("offset"), 0, int.MaxValue);
        var limit = (int)Math.Clamp(Number("limit", PageSize), 1, MostPerPage);
        JsonNode?[] page = [.. items(offset, limit)];
        return new()
        {
            ["count"] = page.Length,
            ["next"] = (long)offset + limit < count ? AddressOf(offset + limit, limit) : null,
            ["previous"] = offset > 0 ? AddressOf(Math.Max(0, offset - limit), limit) : null,
            ["totalCount"] = count,
            ["data"] = new JsonArray(page),
        };
    }

    private string AddressOf(int offset, int limit)
    {
        var query = QueryString.Create(http.Query.Where(pair => pair.Key is not ("offset" or "limit")))
            .Add("offset", offset.ToString(CultureInfo.InvariantCulture)).Add("limit", limit.ToString(CultureInfo.InvariantCulture));
        return $"{http.Scheme}://{http.Host}{http.Path}{query}";
    }
}
