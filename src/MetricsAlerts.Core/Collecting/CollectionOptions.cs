using System.ComponentModel.DataAnnotations;

namespace MetricsAlerts.Collecting;

/// <summary>The section <c>Collection</c>.</summary>
public sealed record CollectionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Collection";

    /// <summary>When to collect, as a six-field NCrontab expression in UTC. Default: every 10 minutes.</summary>
    [Required]
    public string Schedule { get; init; } = "0 */10 * * * *";

    /// <summary>How far back windows are read again for late actuals. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "35.00:00:00")]
    public TimeSpan LookBack { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Deployments read at the same time. Default 8.</summary>
    [Range(1, 256)]
    public int MaxConcurrency { get; init; } = 8;
}
