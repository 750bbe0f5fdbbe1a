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
    /// Hosts inside the network that channels may reach, over http too, each as <c>HOST:PORT</c>: whoever runs the process says so, not
    /// whoever writes rules.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>
    /// How long a channel has to answer one attempt; there are three in a row before the delivery waits. Default 15 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether <see cref="AllowedHosts"/> names this one.</summary>
    internal bool Allows(string host, int port) => AllowedHosts.Contains($"{host}:{port}", StringComparer.OrdinalIgnoreCase);
}
