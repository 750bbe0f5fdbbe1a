using System.ComponentModel.DataAnnotations;

namespace MetricsAlerts.Evaluating;

/// <summary>The section <c>Evaluation</c>.</summary>
public sealed record EvaluationOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Evaluation";

    /// <summary>How far back a window can be revised and evaluated anew; at least the collector's look-back. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "35.00:00:00")]
    public TimeSpan RevisionReach { get; init; } = TimeSpan.FromDays(7);
}
