using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Alerts;

/// <summary>A transition of an alert, as it is told.</summary>
public sealed record AlertTransition
{
    /// <summary>Derived from rule, series, episode start, transition and sequence: a replay makes the same id.</summary>
    public required string EventId { get; init; }

    /// <summary>Identifies the episode; the same for all its transitions.</summary>
    public required string AlertId { get; init; }

    /// <summary>The rule's name.</summary>
    public required string Rule { get; init; }

    /// <summary>The deployment's id.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>The prediction server host, or <c>all</c>.</summary>
    public required string Instance { get; init; }

    /// <summary>The metric's name.</summary>
    public required string Metric { get; init; }

    /// <summary>The length of the series' windows.</summary>
    public required TimeSpan Bucket { get; init; }

    /// <summary>What happened.</summary>
    public required Transition Transition { get; init; }

    /// <summary>Whether the alert is open after it.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>How bad it is; of a resolved alert, how bad it was.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Why, see <see cref="EvaluationReason.ToString"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>The series' newest window when the transition was made.</summary>
    public required DateTimeOffset WindowStart { get; init; }

    /// <summary>End of that window.</summary>
    public required DateTimeOffset WindowEnd { get; init; }

    /// <summary>The newest value that counted.</summary>
    public double? Value { get; init; }

    /// <summary>Rows that <see cref="Value"/> was computed from.</summary>
    public long SampleSize { get; init; }

    /// <summary>What the source compares <see cref="Value"/> with.</summary>
    public double? Baseline { get; init; }

    /// <summary>Start of the first breaching window of the episode.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The number of the transition among all of this rule on this series.</summary>
    public required int Sequence { get; init; }

    /// <summary>The newest windows' values, oldest first.</summary>
    public required IReadOnlyList<double?> Recent { get; init; }
}
