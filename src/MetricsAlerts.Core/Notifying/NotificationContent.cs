using System.Globalization;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;
using MetricsAlerts.Rules.Statistics;

namespace MetricsAlerts.Notifying;

/// <summary>What a notification says, in plain text that each channel escapes and lays out for its medium.</summary>
public sealed record NotificationContent
{
    /// <summary>One line: what and where.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence: how bad, or how it ended.</summary>
    public required string Summary { get; init; }

    /// <summary>The team's description of the rule.</summary>
    public string? Description { get; init; }

    /// <summary>Facts in order: name and value.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>The last windows as text.</summary>
    public required string Sparkline { get; init; }

    /// <summary>Links in order: title and address.</summary>
    public required IReadOnlyList<(string Title, Uri Address)> Links { get; init; }

    /// <summary>Where a chart of the last windows can be had for a while; null when the API has no public address.</summary>
    public Uri? Chart { get; init; }

    /// <summary>Whether the alert is open.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>How bad it is, or was.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The worst changes of a message about several, worst first; empty for a message about one.</summary>
    public IReadOnlyList<NotificationContent> Items { get; init; } = [];

    /// <summary>What a message about these changes says.</summary>
    public static NotificationContent Of(IReadOnlyList<AlertChange> changes) => changes is [var single] ? Of(single) : GroupContent.Of(changes);

    /// <summary>What a message about one change says.</summary>
    public static NotificationContent Of(AlertChange change)
    {
        var alert = change.Alert;
        var word = alert.IsOpen ? alert.Severity.ToString().ToUpperInvariant() : "RESOLVED";
        return new()
        {
            Title = $"{word}: {alert.Key.Rule} on {alert.Deployment.Label}{Of(alert.Key.Instance)}",
            Summary = Summarize(change),
            Description = alert.Rule.Description,
            Facts = [.. FactsOf(alert)],
            Sparkline = Notifying.Sparkline.Of(alert.Evidence.Recent),
            Links = [.. LinksOf(alert)],
            IsOpen = alert.IsOpen,
            Severity = alert.Severity,
        };
    }

    private static string Of(string instance) => instance == Instances.All ? "" : $" ({instance})";

    private static string Summarize(AlertChange change)
    {
        var alert = change.Alert;
        var value = ValueOf(alert);
        var because = alert.ByRuleChange ? "The rule was changed. " : "";
        return change.Change switch
        {
            Change.Fired => $"{value}: {alert.Rule.Condition}.",
            Change.Escalated => $"{(alert.ByRuleChange ? because : "It is worse. ")}{value}: {alert.Rule.Condition}.",
            Change.Deescalated => $"{(alert.ByRuleChange ? because : "It is less bad. ")}{value}: {alert.Rule.Condition}.",
            Change.Reminded => $"It is still open after {Lasted(alert)}. {value}.",
            Change.NoData when alert.OpenedByNoData => $"{alert.Key.Metric} has had no values since {When(alert.Since)}.",
            Change.NoData => $"{value}, and it is still open.",
            Change.DataBack => $"Values are back, and it is still open. {value}: {alert.Rule.Condition}.",
            Change.Resolved => $"{Why(alert.ResolvedBecause)} It lasted {Lasted(alert)}. {value}.",
            _ => throw new InvalidOperationException($"There is nothing to say of {change.Change}."),
        };
    }

    private static string ValueOf(Alert alert)
    {
        var (metric, value) = (alert.Key.Metric, alert.Evidence.Value is { } number ? WithUnit(number, alert.Rule.Unit) : null);
        if (IsMissing(alert))
            return $"{metric} has had no value for too long{(value is null ? "" : $" (the last was {value})")}";
        return value is null ? $"{metric} has no value" : $"{metric} is {value}";
    }

    /// <summary>It is about values that do not come: the alert's value is then the last that did.</summary>
    private static bool IsMissing(Alert alert) => alert.IsOpen && (alert.NoData || alert.Rule.ConditionKind == "missingFor");

    private static string Why(ResolveReason reason) => reason switch
    {
        ResolveReason.Recovered => "It is over.",
        ResolveReason.Revised => "Values that came later show that there was no problem.",
        ResolveReason.RuleChanged => "The rule was changed and no longer holds.",
        ResolveReason.RuleRemoved => "The rule was removed.",
        ResolveReason.RuleDisabled => "The rule was disabled.",
        ResolveReason.RuleUnreadable => "The stored rule cannot be read any more, so nobody watches this until it is mended.",
        ResolveReason.NoLongerSelected => "The rule no longer watches this.",
        ResolveReason.ModelReplaced => "The model was replaced.",
        ResolveReason.InstanceGone => "The prediction server host is no longer there.",
        ResolveReason.MetricGone => "The deployment no longer has this metric.",
        ResolveReason.DeploymentGone => "The deployment is no longer there, or no longer watched.",
        _ => throw new InvalidOperationException($"An alert that is over has the reason {reason}."),
    };

    private static IEnumerable<(string Name, string Value)> FactsOf(Alert alert)
    {
        var (key, evidence) = (alert.Key, alert.Evidence);
        yield return ("Deployment", $"{alert.Deployment.Label} ({key.DeploymentId})");
        yield return ("Instance", key.Instance);
        yield return ("Metric", $"{key.Metric}, windows of {Durations.Format(key.Bucket)}");
        if (evidence.Value is { } value)
            yield return (IsMissing(alert) ? "Last value" : "Value", WithUnit(value, alert.Rule.Unit));
        if (alert.Rule.Threshold is { } threshold)
            yield return ("Threshold", WithUnit(threshold, alert.Rule.Unit));
        if (evidence.Baseline is { } baseline)
            yield return ("Baseline", WithUnit(baseline, alert.Rule.Unit));
        if (evidence.SampleSize > 0)
            yield return ("Sample", $"{evidence.SampleSize.ToString(CultureInfo.InvariantCulture)} rows");
        if (evidence.SampleSize > 0 && evidence.Value is >= 0 and <= 1 and var share && MetricCatalogue.Find(key.Metric).IsProportion)
        {
            var (low, high) = WilsonInterval.Of(share, evidence.SampleSize, WilsonInterval.ZScore(0.95));
            yield return ("95% interval", $"{Numbers.Short(low)} to {Numbers.Short(high)}");
        }

        yield return ("Condition", alert.Rule.Condition);
        yield return ("Since", When(alert.Since));
        if (!alert.IsOpen)
            yield return ("Lasted", Lasted(alert));
        yield return ("Window", $"{When(evidence.WindowStart)} to {When(evidence.WindowEnd)}");
        yield return ("Reason", evidence.Reason.ToString());
    }

    private static IEnumerable<(string Title, Uri Address)> LinksOf(Alert alert)
    {
        if (alert.Deployment.Link is { } deployment)
            yield return ("Open in DataRobot", deployment);
        if (alert.Rule.Runbook is { } runbook)
            yield return ("Runbook", runbook);
    }

    private static string WithUnit(double value, string unit) => unit.Length == 0 ? Numbers.Short(value) : $"{Numbers.Short(value)} {unit}";

    private static string When(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Lasted(Alert alert)
    {
        var lasted = alert.Evidence.WindowEnd - alert.Since;
        return lasted > TimeSpan.Zero ? Durations.Format(lasted) : "less than a window";
    }
}
