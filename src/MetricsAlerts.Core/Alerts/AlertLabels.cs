using MetricsAlerts.Metrics;

namespace MetricsAlerts.Alerts;

/// <summary>The labels of an alert, that silences, maintenance windows, inhibitions and routes match on and groups are made by.</summary>
internal static class AlertLabels
{
    /// <summary>The value of a label; null when the alert does not have it.</summary>
    public static string? Of(AlertMessage alert, string label) => label switch
    {
        "severity" => alert.Transition.Severity.ToString().ToLowerInvariant(),
        "rule" => alert.Transition.Rule,
        "deployment" => alert.Deployment.Label,
        "deploymentId" => alert.Deployment.Id,
        "instance" => alert.Transition.Instance,
        "metric" => alert.Transition.Metric,
        "family" => MetricCatalogue.Find(alert.Transition.Metric).Family.ToString().ToLowerInvariant(),
        "condition" => alert.Rule.ConditionKind,
        _ => alert.Rule.Labels.GetValueOrDefault(label),
    };

    public static bool Matches(this Rules.AlertMatcher matcher, AlertMessage alert) => matcher.Matches(label => Of(alert, label));
}
