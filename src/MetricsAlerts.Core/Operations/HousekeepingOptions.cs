using System.ComponentModel.DataAnnotations;

namespace MetricsAlerts.Operations;

/// <summary>The section <c>Housekeeping</c>.</summary>
public sealed record HousekeepingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Housekeeping";

    /// <summary>When, as a six-field NCrontab expression in UTC. Default: every night at 03:17.</summary>
    [Required]
    public string Schedule { get; init; } = "0 17 3 * * *";

    /// <summary>
    /// How long what was sent of alerts that are over, and silences that are over, are kept. Default 30 days; less than the 24
    /// hours of delivery makes no sense.
    /// </summary>
    [Range(typeof(TimeSpan), "2.00:00:00", "3650.00:00:00")]
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long the history of alerts and messages is kept. Default 90 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepHistory { get; init; } = TimeSpan.FromDays(90);
}
