using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Alerts;

/// <summary>The labels of an alert, that silences, maintenance windows, inhibitions and routes match on and groups are made by.</summary>
public static class AlertLabels
{
    /// <summary>The value of a label; null when the alert does not have it.</summary>
    public static string? Of(Alert alert, string label) => label switch
    {
        "severity" => alert.Severity.ToString().ToLowerInvariant(),
        "rule" => alert.Key.Rule,
        "deployment" => alert.Deployment.Label,
        "deploymentId" => alert.Key.DeploymentId,
        "instance" => alert.Key.Instance,
        "metric" => alert.Key.Metric,
        "family" => MetricCatalogue.Find(alert.Key.Metric).Family.ToString().ToLowerInvariant(),
        "condition" => alert.Rule.ConditionKind,
        _ => alert.Rule.Labels.GetValueOrDefault(label),
    };

    /// <summary>Whether the alert is meant.</summary>
    public static bool Matches(this AlertMatcher matcher, Alert alert) => matcher.Matches(label => Of(alert, label));
}
