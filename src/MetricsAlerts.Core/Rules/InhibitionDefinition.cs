namespace MetricsAlerts.Rules;

/// <summary>While an alert that <paramref name="When"/> means is open, alerts that <paramref name="Mute"/> means are not told.</summary>
/// <param name="When">The alert that mutes.</param>
/// <param name="Mute">The alerts that are muted.</param>
/// <param name="Equal">Labels that both must have alike; the deployment always is.</param>
public sealed record InhibitionDefinition(AlertMatcher When, AlertMatcher Mute, IReadOnlyList<string> Equal)
{
    /// <summary>Used when a rule file has none: without actuals nothing is known of accuracy, and one message about that is enough. One host
    /// without actuals says nothing of the others, nor of the deployment as a whole.</summary>
    public static InhibitionDefinition NoActuals { get; } = new(
        new(new Dictionary<string, Glob> { ["condition"] = new("missingFor"), ["family"] = new("accuracy") }),
        new(new Dictionary<string, Glob> { ["family"] = new("accuracy") }),
        ["instance"]);
}
