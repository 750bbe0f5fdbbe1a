using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>Alerts in words.</summary>
internal static class AlertWords
{
    /// <summary>What is wrong with a deployment, of alerts of one rule: <c>Accuracy 0.46 to 0.53 on 3 hosts, floor 0.72</c>.</summary>
    public static string Headline(IReadOnlyList<Alert> alerts)
    {
        var first = alerts[0];
        var metrics = alerts.Select(alert => alert.Key.Metric).Distinct(StringComparer.Ordinal).ToList();
        var metric = metrics is [var single] ? single : $"{metrics.Count} metrics";
        var hosts = alerts.Select(alert => alert.Key.Instance).Where(instance => instance != Instances.All).Distinct().ToList();
        var where = (hosts.Count, alerts.Any(alert => alert.Key.Instance == Instances.All)) switch
        {
            (0, _) => "",
            (1, false) => $" on {hosts[0]}",
            (1, true) => $" on {hosts[0]} and as a whole",
            (var count, false) => $" on {count} hosts",
            (var count, true) => $" on {count} hosts and as a whole",
        };
        if (alerts.All(IsMissing))
            return $"no value of {metric}{where}";
        var limit = Limit(first) is { Length: > 0 } text && metrics.Count == 1 ? $", {text}" : "";
        return metrics.Count == 1 && Range(alerts) is { Length: > 0 } range ? $"{metric} {range}{where}{limit}" : $"{metric}{where}{limit}";
    }

    /// <summary>Whether it is about values that do not come.</summary>
    public static bool IsMissing(Alert alert) => alert.NoData || alert.Rule.ConditionKind == "missingFor";

    /// <summary>The alert's value with its unit; a dash where it has none.</summary>
    public static string Value(Alert alert) => alert.Evidence.Value is { } value
        ? $"{(IsMissing(alert) ? "was " : "")}{Words.Value(value, alert.Rule.Unit)}"
        : "–";

    /// <summary>What the value is compared with: <c>floor 0.72</c>, <c>limit 900 ms</c>; empty when that is no number.</summary>
    public static string Limit(Alert alert) => (alert.Rule.Threshold, alert.Rule.ConditionKind) switch
    {
        (null, _) => "",
        ({ } floor, "below") => $"floor {Words.Value(floor, alert.Rule.Unit)}",
        ({ } limit, "above") => $"limit {Words.Value(limit, alert.Rule.Unit)}",
        ({ } threshold, _) => $"threshold {Words.Value(threshold, alert.Rule.Unit)}",
    };

    /// <summary>How an alert's state is called.</summary>
    public static string State(Alert alert) => alert.IsOpen ? alert.Severity == Severity.Critical ? "critical" : "warning" : "over";

    /// <summary>Why an alert is over.</summary>
    public static string Over(ResolveReason reason) => reason switch
    {
        ResolveReason.Recovered => "recovered",
        ResolveReason.Revised => "late values show that there was no problem",
        ResolveReason.RuleChanged => "the rule was changed",
        ResolveReason.RuleRemoved => "the rule was removed",
        ResolveReason.RuleDisabled => "the rule was disabled",
        ResolveReason.RuleUnreadable => "the stored rule cannot be read",
        ResolveReason.NoLongerSelected => "the rule no longer watches this",
        ResolveReason.ModelReplaced => "the model was replaced",
        ResolveReason.InstanceGone => "the host is no longer there",
        ResolveReason.MetricGone => "the deployment no longer has the metric",
        ResolveReason.DeploymentGone => "the deployment is no longer there",
        _ => reason.ToString(),
    };

    /// <summary>What a reader was told last.</summary>
    public static string Told(Change change) => change switch
    {
        Change.Fired => "that it fired",
        Change.Escalated => "that it is worse",
        Change.Deescalated => "that it is less bad",
        Change.Reminded => "again that it is open",
        Change.Resolved => "that it is over",
        Change.NoData => "that values are missing",
        Change.DataBack => "that values are back",
        _ => "nothing",
    };

    private static string Range(IReadOnlyList<Alert> alerts)
    {
        var values = alerts.Select(alert => alert.Evidence.Value).OfType<double>().ToList();
        if (values.Count == 0)
            return "";
        var (low, high) = (Numbers.Short(values.Min()), Numbers.Short(values.Max()));
        var unit = alerts[0].Rule.Unit is { Length: > 0 } text ? $" {text}" : "";
        return low == high ? $"{low}{unit}" : $"{low} to {high}{unit}";
    }
}
