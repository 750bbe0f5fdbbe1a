using System.Text.Json;

namespace MetricsAlerts.Simulator.Contract;

/// <summary>An accuracy metric.</summary>
/// <param name="Name">Its name in the API.</param>
/// <param name="IsHigherBetter">Whether more of it is better.</param>
/// <param name="TargetTypes">The target types of the models that have it, such as <c>Binary</c>.</param>
/// <param name="IsInMap">
/// Whether the deprecated map <c>metrics</c> of an answer may have it: client 2.25 refuses names it does not know.
/// </param>
public sealed record ContractMetric(string Name, bool IsHigherBetter, IReadOnlyList<string> TargetTypes, bool IsInMap)
{
    internal static ContractMetric Read(JsonProperty property) => new(
        property.Name,
        property.Value.GetProperty("better").GetString() == "higher",
        [.. property.Value.GetProperty("targetTypes").EnumerateArray().Select(type => type.GetString()!)],
        property.Value.GetProperty("inMetricsMap").GetBoolean());
}
