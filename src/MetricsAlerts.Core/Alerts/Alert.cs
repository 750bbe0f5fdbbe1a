using System.Text.Json.Serialization;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Alerts;

/// <summary>What is so: one rule on one series, with all that a message says, so that nothing needs to be looked up.</summary>
public sealed record Alert
{
    /// <summary>Which rule on which series.</summary>
    public required AlertKey Key { get; init; }

    /// <summary>Which of two states of the alert is the newer one.</summary>
    public AlertVersion Version { get; init; }

    /// <summary>Whether it is open.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool IsOpen { get; init; }

    /// <summary>How bad it is; of a resolved alert, how bad it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Severity Severity { get; init; }

    /// <summary>Whether the source has no values, and the rule asks to be notified of that.</summary>
    public bool NoData { get; init; }

    /// <summary>Whether it was opened by <see cref="NoData"/>, not by a breach.</summary>
    public bool OpenedByNoData { get; init; }

    /// <summary>Start of the first breaching window of the episode.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When this version was made, by the clock.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Why it resolved; none while it is open.</summary>
    public ResolveReason ResolvedBecause { get; init; }

    /// <summary>An edited rule, not a new value, led to this version.</summary>
    public bool ByRuleChange { get; init; }

    /// <summary>The values that led to it.</summary>
    public required AlertEvidence Evidence { get; init; }

    /// <summary>Where.</summary>
    public required Deployment Deployment { get; init; }

    /// <summary>Which rule, in words.</summary>
    public required RuleFacts Rule { get; init; }

    /// <summary>Who should know: where today's rules send it, and where this episode was sent before.</summary>
    public IReadOnlyList<Destination> Destinations { get; init; } = [];

    /// <summary>Channels that rules or routes name and that are not there.</summary>
    public IReadOnlyList<string> MissingChannels { get; init; } = [];
}

/// <summary>The values behind an alert.</summary>
public sealed record AlertEvidence
{
    /// <summary>What the newest window that counts showed.</summary>
    public EvaluationReason Reason { get; init; }

    /// <summary>Start of the series' newest window.</summary>
    public required DateTimeOffset WindowStart { get; init; }

    /// <summary>End of that window.</summary>
    public required DateTimeOffset WindowEnd { get; init; }

    /// <summary>The newest value that counts for the rule.</summary>
    public double? Value { get; init; }

    /// <summary>Rows that <see cref="Value"/> was computed from.</summary>
    public long SampleSize { get; init; }

    /// <summary>What the source compares <see cref="Value"/> with.</summary>
    public double? Baseline { get; init; }

    /// <summary>The newest windows' values, oldest first.</summary>
    public IReadOnlyList<double?> Recent { get; init; } = [];
}
