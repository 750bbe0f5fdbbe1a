using System.Text.Json;

namespace MetricsAlerts.Simulator.Contract;

/// <summary>An endpoint: its path, its query keys and the shape of its answer.</summary>
public sealed class ContractEndpoint
{
    private readonly string[] _segments;
    private readonly Dictionary<string, ContractParameter> _byName;

    internal ContractEndpoint(JsonElement element)
    {
        Id = element.GetProperty("id").GetString()!;
        Method = element.GetProperty("method").GetString()!;
        Path = element.GetProperty("path").GetString()!;
        Query = [.. element.GetProperty("query").EnumerateArray().Select(ContractParameter.Read)];
        Response = element.GetProperty("response");
        _segments = Path.Split('/');
        _byName = Query.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
    }

    /// <summary>Its name in the contract, such as <c>accuracyOverTime</c>.</summary>
    public string Id { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path below <c>/api/v2</c> with its ids in braces, such as <c>/deployments/{deploymentId}/settings/</c>.</summary>
    public string Path { get; }

    /// <summary>Every query key that is allowed.</summary>
    public IReadOnlyList<ContractParameter> Query { get; }

    /// <summary>The JSON schema (draft 7) of an answer 200; its references are to the contract's definitions.</summary>
    public JsonElement Response { get; }

    /// <summary>The query key of this name; null when the endpoint has none.</summary>
    public ContractParameter? Parameter(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The ids in a path, in order; null when the path is not this endpoint's.</summary>
    /// <param name="segments">What is between the slashes of a path below <c>/api/v2</c> without its query, not decoded.</param>
    internal IReadOnlyList<string>? Match(string[] segments)
    {
        if (segments.Length != _segments.Length)
            return null;
        var ids = new List<string>(2);
        for (var i = 0; i < segments.Length; i++)
        {
            if (_segments[i].StartsWith('{'))
            {
                if (segments[i].Length == 0)
                    return null;
                ids.Add(Uri.UnescapeDataString(segments[i]));
            }
            else if (_segments[i] != segments[i])
            {
                return null;
            }
        }

        return ids;
    }
}
