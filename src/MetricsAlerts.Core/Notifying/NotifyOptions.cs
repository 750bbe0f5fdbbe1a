using System.ComponentModel.DataAnnotations;
using MetricsAlerts.Routing;

namespace MetricsAlerts.Notifying;

/// <summary>The section <c>Notify</c>.</summary>
public sealed record NotifyOptions : RoutingOptions
{
    /// <summary>The wait before the second attempt; it doubles with each. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:15:00")]
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait between attempts. Default 15 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long delivery is tried before it is given up. Default 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Failures in a row after which a channel cools down for <see cref="FirstRetry"/>. Default 5.</summary>
    [Range(1, 100)]
    public int CooldownFailures { get; init; } = 5;

    /// <summary>Where the API is reached from people's browsers; charts and silence buttons are linked only when it is set.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>Signs those links; at least 32 characters.</summary>
    public string? LinkKey { get; init; }

    /// <summary>How long those links hold. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Pinged with a GET after every healthy tick: a dead man's switch. https, or http on loopback.</summary>
    public Uri? Heartbeat { get; init; }
}
