using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Alerts;

/// <summary>Puts a rule into the words of a notification.</summary>
internal static class RuleFactsOf
{
    public static RuleFacts Rule(Rule rule, string metric, Severity severity)
    {
        var thresholds = rule.When.Thresholds(rule.Severity).ToList();
        return new()
        {
            Name = rule.Name,
            Description = rule.Description,
            Condition = Condition(rule),
            ConditionKind = rule.When.ToYaml().TrimStart('{', ' ').Split(':')[0],
            Threshold = thresholds.Where(threshold => threshold.Level <= severity).Select(threshold => (double?)threshold.Value).LastOrDefault()
                ?? thresholds.Select(threshold => (double?)threshold.Value).FirstOrDefault(),
            Unit = MetricCatalogue.Find(metric).Unit,
            Labels = rule.Labels,
            Runbook = rule.Runbook,
            Notify = rule.Notify,
        };
    }

    /// <summary>A rule that is gone is still named in the message that its alert is over.</summary>
    public static RuleFacts Removed(string name) => new() { Name = name, Condition = "removed" };

    private static string Condition(Rule rule)
    {
        var text = rule.When.ToYaml().Trim('{', '}', ' ').Replace("{ ", "", StringComparison.Ordinal).Replace(" }", "", StringComparison.Ordinal);
        if (rule.For != ForClause.OneWindow)
            text += rule.For is ForClause.Lasting ? $" for {rule.For}" : $" for {rule.For} of {Durations.Format(rule.Bucket)}";
        if (rule.Confidence > 0)
            text += $" at {Percentages.Format(rule.Confidence)} confidence";
        return text;
    }
}
