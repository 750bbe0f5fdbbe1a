namespace MetricsAlerts.Rules;

/// <summary>Sends alerts that match to channels, besides those that the rule names. The first route that matches is the last, unless it says <c>continue</c>.</summary>
/// <param name="Match">What an alert must be; nothing for every alert.</param>
/// <param name="Notify">The channels.</param>
public sealed record RouteDefinition(AlertMatcher Match, IReadOnlyList<string> Notify)
{
    /// <summary>Whether the routes after it are looked at too.</summary>
    public bool Continue { get; init; }

    /// <summary>The labels that alerts of one message have in common; null for the default.</summary>
    public IReadOnlyList<string>? GroupBy { get; init; }

    /// <summary>How long the first alert of a group waits for others; null for the default.</summary>
    public TimeSpan? GroupWait { get; init; }

    /// <summary>The shortest time between two messages of a group; null for the default.</summary>
    public TimeSpan? GroupInterval { get; init; }

    /// <summary>A route that asks nothing and does not continue is for alerts that nothing before it has sent anywhere.</summary>
    public bool IsDefault => Match.IsEmpty && !Continue;
}
