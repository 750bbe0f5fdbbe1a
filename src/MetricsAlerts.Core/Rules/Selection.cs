using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Rules;

/// <summary>Says why a rule is not for something: what it asks for, and what was found.</summary>
public static class Selection
{
    /// <summary>
    /// Why the rule does not select the deployment, such as <c>its importance is not set, the rule asks for HIGH</c>; null when it does.
    /// </summary>
    public static string? WhyNot(Rule rule, Deployment deployment)
    {
        var asked = rule.Deployments;
        if (asked.Matches(deployment))
            return null;
        var only = new DeploymentSelector();
        if (!(only with { Ids = asked.Ids }).Matches(deployment))
            return Differs("id", deployment.Id, asked.Ids);
        if (!(only with { Labels = asked.Labels }).Matches(deployment))
            return Differs("label", deployment.Label, asked.Labels.Select(glob => glob.Text));
        return !(only with { Importance = asked.Importance }).Matches(deployment)
            ? Differs("importance", deployment.Importance, asked.Importance)
            : Differs("model type", deployment.ModelType, asked.ModelTypes.Select(glob => glob.Text));
    }

    /// <summary>Why the rule does not select the series; null when it does.</summary>
    public static string? WhyNot(Rule rule, Deployment deployment, string instance, SeriesName series)
    {
        if (WhyNot(rule, deployment) is { } why)
            return why;
        if (!rule.Instances.Matches(instance))
            return $"the instance is '{instance}', the rule asks for {rule.Instances.ToYaml()}";
        if (!rule.Metric.Matches(series.Metric))
            return $"the metric is '{series.Metric}', the rule asks for '{rule.Metric.Text}'";
        return series.Bucket == rule.Bucket
            ? null
            : $"its windows are {Durations.Format(series.Bucket)} long, the rule asks for {Durations.Format(rule.Bucket)}";
    }

    private static string Differs(string what, string? found, IEnumerable<string> asked) =>
        $"its {what} is {(found is { Length: > 0 } ? $"'{found}'" : "not set")}, the rule asks for {string.Join(" or ", asked)}";
}
