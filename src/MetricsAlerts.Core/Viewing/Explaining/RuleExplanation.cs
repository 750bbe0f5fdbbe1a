using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Viewing.Explaining;

/// <summary>What somebody wants explained.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Deployment">The deployment's id or label.</param>
public sealed record ExplainQuery(string Rule, string Deployment)
{
    /// <summary>The only instance; null for every one.</summary>
    public string? Instance { get; init; }

    /// <summary>The only metric; null for every one that the rule is for.</summary>
    public string? Metric { get; init; }

    /// <summary>The time to look from: windows that ended later are left out; null for now.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>Why a rule fires on a deployment, or does not.</summary>
/// <param name="Conclusion">In a sentence.</param>
/// <param name="Deployment">The deployment; null when it is not known.</param>
/// <param name="Series">Every series that the rule looks at; empty when there is none, and the conclusion says why.</param>
public sealed record RuleExplanation(string Conclusion, Deployment? Deployment, IReadOnlyList<SeriesExplanation> Series);

/// <summary>Why a rule fires on one series, or does not.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Name">The metric and the length of its windows.</param>
/// <param name="Conclusion">In a sentence.</param>
/// <param name="Windows">Each window as the rule finds it today, oldest first.</param>
public sealed record SeriesExplanation(string Instance, SeriesName Name, string Conclusion, IReadOnlyList<JudgedWindow> Windows)
{
    /// <summary>The open alert; null when there is none, or the question is about another time.</summary>
    public Alert? Alert { get; init; }

    /// <summary>How the alert's channels stand to it; empty without an alert.</summary>
    public IReadOnlyList<DeliveryState> Deliveries { get; init; } = [];

    /// <summary>Who hears of it, or why nobody does, sentence by sentence.</summary>
    public IReadOnlyList<string> Notified { get; init; } = [];
}
