using MetricsAlerts.Operations.Health;

namespace MetricsAlerts.Web.Responses;

/// <summary>Whether the process is well.</summary>
/// <param name="Status">
/// <c>ok</c>, <c>degraded</c> (it works, but a channel could not be used) or <c>unavailable</c> (it cannot do its work).
/// </param>
/// <param name="Rules">How many rules are enabled; null while they cannot be read.</param>
/// <param name="Well">The parts that are well: rules, storage, lastTick, channels, and in <c>serve</c> workers.</param>
/// <param name="NotWell">The parts that are not; the log says why.</param>
public sealed record HealthResponse(string Status, int? Rules, IReadOnlyList<string> Well, IReadOnlyList<string> NotWell)
{
    internal const string Unavailable = "unavailable";

    /// <summary>The response for these parts.</summary>
    public static HealthResponse Of(IReadOnlyList<HealthPart> parts, int? rules) => new(
        parts.Any(part => part is { IsWell: false, IsVital: true }) ? Unavailable : parts.Any(part => !part.IsWell) ? "degraded" : "ok",
        rules,
        [.. parts.Where(part => part.IsWell).Select(part => part.Name)],
        [.. parts.Where(part => !part.IsWell).Select(part => part.Name)]);
}

/// <summary>Whether the process has rules to work with.</summary>
/// <param name="Ready">Whether it has.</param>
/// <param name="Rules">How many are enabled; null while they cannot be read.</param>
public sealed record ReadyResponse(bool Ready, int? Rules);
