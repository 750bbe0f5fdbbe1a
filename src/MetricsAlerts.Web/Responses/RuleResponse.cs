using MetricsAlerts.Rules;

namespace MetricsAlerts.Web.Responses;

/// <summary>A rule.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">Its words for people.</param>
/// <param name="Metric">The metric, or a glob of metrics, that it watches.</param>
/// <param name="When">Its condition, as a rule file says it.</param>
/// <param name="For">For how long the condition must hold.</param>
/// <param name="Bucket">The length of the windows that it looks at.</param>
/// <param name="Enabled">Whether it is evaluated.</param>
/// <param name="Notify">The channels that it names.</param>
/// <param name="Labels">The labels that it gives its alerts.</param>
public sealed record RuleResponse(
    string Name,
    string? Description,
    string Metric,
    string When,
    string For,
    TimeSpan Bucket,
    bool Enabled,
    IReadOnlyList<string> Notify,
    IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>The response for a rule.</summary>
    public static RuleResponse Of(Rule rule) => new(
        rule.Name, rule.Description, rule.Metric.Text, rule.When.ToYaml(), rule.For.ToString()!, rule.Bucket, rule.Enabled, rule.Notify,
        rule.Labels);
}
