namespace MetricsAlerts.Channels;

/// <summary>The section <c>Channels</c>.</summary>
public sealed record ChannelsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Channels";

    /// <summary>For development: webhooks and mail servers on loopback are allowed, over http too. Default false.</summary>
    public bool AllowLoopback { get; init; }
}
