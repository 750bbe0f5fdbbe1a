namespace MetricsAlerts.Rules;

/// <summary>A way to tell people.</summary>
/// <param name="Name">Unique among channels.</param>
/// <param name="Type"><c>teams</c>, <c>email</c> or <c>console</c>.</param>
/// <param name="Url"><c>secret:NAME</c>, or a URL in clear text for loopback only; empty for <c>console</c>.</param>
public sealed record ChannelDefinition(string Name, string Type, string Url)
{
    /// <summary>Recipients of an email channel.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>The channel that is told when this one fails for good.</summary>
    public string? Fallback { get; init; }
}
