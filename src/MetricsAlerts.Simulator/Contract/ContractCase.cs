using System.Text.Json;

namespace MetricsAlerts.Simulator.Contract;

/// <summary>A request that the contract gives as an example, with what a strict server does with it.</summary>
/// <param name="Endpoint">The endpoint's name.</param>
/// <param name="Query">The query, without the question mark.</param>
/// <param name="IsAccepted">Whether it is answered with 200; else with 400 or 422.</param>
/// <param name="Why">The reason.</param>
public sealed record ContractCase(string Endpoint, string Query, bool IsAccepted, string Why)
{
    internal static ContractCase Read(JsonElement element) => new(
        element.GetProperty("endpoint").GetString()!,
        element.GetProperty("query").GetString()!,
        element.GetProperty("status").ValueKind == JsonValueKind.Number,
        element.GetProperty("why").GetString()!);
}
