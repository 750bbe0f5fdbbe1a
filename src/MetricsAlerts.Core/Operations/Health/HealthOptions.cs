using System.ComponentModel.DataAnnotations;

namespace MetricsAlerts.Operations.Health;

/// <summary>The section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Health";

    /// <summary>
    /// How long ago the last tick may have begun. Default 1 hour; <c>serve</c> takes three times its schedule's longest gap, at least five
    /// minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan? LastTickWithin { get; set; }
}
