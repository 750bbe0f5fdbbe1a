using System.ComponentModel.DataAnnotations;

namespace MetricsAlerts.Channels;

/// <summary>The section <c>Channels</c>.</summary>
public sealed record ChannelsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Channels";

    /// <summary>For development: webhooks and mail servers on loopback are allowed, over http too. Default false.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>
    /// How long a channel has to answer one attempt; there are three in a row before the delivery waits. Default 15 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}
