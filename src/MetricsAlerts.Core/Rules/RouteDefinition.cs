namespace MetricsAlerts.Rules;

/// <summary>Sends alerts that match to channels, besides those that the rule names.</summary>
/// <param name="Match">Keys <c>severity</c>, <c>rule</c>, <c>deployment</c>, <c>instance</c>, <c>metric</c> or a label of the rule, each with a glob; all must match.</param>
/// <param name="Notify">The channels.</param>
public sealed record RouteDefinition(IReadOnlyDictionary<string, Glob> Match, IReadOnlyList<string> Notify);
