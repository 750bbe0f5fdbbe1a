using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace MetricsAlerts.Simulator.Contract;

/// <summary>
/// What public sources say of DataRobot's monitoring API: endpoints, query keys and their bounds, shapes of answers and errors. It is
/// the file <c>datarobot-contract.json</c>; how to read it is in the README beside that.
/// </summary>
public sealed class DataRobotContract
{
    private const string Resource = "datarobot-contract.json";
    private const string Base = "/api/v2";

    private readonly JsonSchema _schema;
    private readonly JsonElement _error;

    private DataRobotContract(JsonElement root)
    {
        var definitions = root.GetProperty("definitions");
        _schema = new(definitions);
        _error = definitions.GetProperty("error");
        Endpoints = [.. root.GetProperty("endpoints").EnumerateArray().Select(endpoint => new ContractEndpoint(endpoint))];
        Cases = [.. root.GetProperty("cases").EnumerateArray().Select(ContractCase.Read)];
        AccuracyMetrics = [.. root.GetProperty("accuracyMetrics").EnumerateObject().Select(ContractMetric.Read)];
    }

    /// <summary>Every endpoint.</summary>
    public IReadOnlyList<ContractEndpoint> Endpoints { get; }

    /// <summary>Requests with what a strict server does with them.</summary>
    public IReadOnlyList<ContractCase> Cases { get; }

    /// <summary>Every accuracy metric, of all target types.</summary>
    public IReadOnlyList<ContractMetric> AccuracyMetrics { get; }

    /// <summary>Reads the contract.</summary>
    public static DataRobotContract Load()
    {
        using var stream = typeof(DataRobotContract).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing.");
        using var document = JsonDocument.Parse(stream);
        return new(document.RootElement.Clone());
    }

    /// <summary>The endpoint of this name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public ContractEndpoint Endpoint(string id) =>
        Endpoints.FirstOrDefault(endpoint => endpoint.Id == id) ?? throw new ArgumentException(
            $"The contract has no endpoint '{id}'; there are {string.Join(", ", Endpoints.Select(endpoint => endpoint.Id))}.", nameof(id));

    /// <summary>The endpoint that a path belongs to, with the ids in the path; null for none.</summary>
    /// <param name="path">A path, with or without <c>/api/v2</c>, host and query.</param>
    public (ContractEndpoint Endpoint, IReadOnlyList<string> Ids)? Find(string path)
    {
        var segments = Divide(path).Path.Split('/');
        foreach (var endpoint in Endpoints)
        {
            if (endpoint.Match(segments) is { } ids)
                return (endpoint, ids);
        }

        return null;
    }

    /// <summary>What a request asks that the contract does not allow; empty when it is allowed.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="pathAndQuery">
    /// The path below <c>/api/v2</c> and the query, such as <c>deployments/?limit=100</c>; the base, or a whole address, may precede it.
    /// </param>
    /// <param name="now">The server's now, for periods whose end is not asked for; without it such periods are not judged.</param>
    public IReadOnlyList<ContractProblem> Check(string method, string pathAndQuery, DateTimeOffset? now = null)
    {
        var (path, query) = Divide(pathAndQuery);
        if (Find(path) is not { } found)
        {
            return
            [
                new("", $"the path '{path}' is not known; there are {string.Join(", ", Endpoints.Select(endpoint => endpoint.Path))}"),
            ];
        }

        return found.Endpoint.Method == method
            ? QueryCheck.Check(found.Endpoint, QueryHelpers.ParseQuery(query), now)
            : [new("", $"{method} is not allowed on {found.Endpoint.Path}; allowed is {found.Endpoint.Method}")];
    }

    /// <summary>What an answer has or lacks that the contract does not allow; empty when it is as it should be.</summary>
    /// <param name="method">The HTTP method of the request.</param>
    /// <param name="path">The path of the request, as for <see cref="Check"/>.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="json">The body of the answer.</param>
    public IReadOnlyList<ContractProblem> CheckAnswer(string method, string path, int status, string json)
    {
        JsonElement body;
        try
        {
            using var document = JsonDocument.Parse(json);
            body = document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            return [new("$", $"is not JSON: {exception.Message}")];
        }

        if (status >= (int)HttpStatusCode.BadRequest)
            return _schema.Check(_error, body);
        if (Find(path) is not { } found || found.Endpoint.Method != method)
            return [new("", $"{method} {path} is not known, but the status is {status}; 404 or 405 is expected")];
        return status == (int)HttpStatusCode.OK
            ? _schema.Check(found.Endpoint.Response, body)
            : [new("", $"the status is {status}; 200 or an error from 400 on is expected")];
    }

    /// <summary>The path below the API's base, and the query.</summary>
    private static (string Path, string Query) Divide(string address)
    {
        var text = Uri.TryCreate(address, UriKind.Absolute, out var whole) && whole.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? whole.PathAndQuery
            : address;
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (text, "") : (text[..mark], text[mark..]);
        if (!path.StartsWith('/'))
            path = $"/{path}";
        return (path.StartsWith($"{Base}/", StringComparison.Ordinal) ? path[Base.Length..] : path, query);
    }
}
