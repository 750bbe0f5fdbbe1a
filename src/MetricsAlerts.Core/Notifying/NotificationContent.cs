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

    /// <summary>The worst transitions of a message about several, worst first; empty for a message about one.</summary>
    public IReadOnlyList<NotificationContent> Items { get; init; } = [];

    /// <summary>What a message about these transitions says.</summary>
    public static NotificationContent Of(IReadOnlyList<AlertMessage> alerts) => alerts is [var single] ? Of(single) : GroupContent.Of(alerts);

    /// <summary>What a transition's notification says.</summary>
    public static NotificationContent Of(AlertMessage alert)
    {
        var transition = alert.Transition;
        var word = transition.IsOpen ? transition.Severity.ToString().ToUpperInvariant() : "RESOLVED";
        return new()
        {
            Title = $"{word}: {transition.Rule} on {alert.Deployment.Label}{Of(transition.Instance)}",
            Summary = Summarize(alert),
            Description = alert.Rule.Description,
            Facts = [.. FactsOf(alert)],
            Sparkline = Notifying.Sparkline.Of(transition.Recent),
            Links = [.. LinksOf(alert)],
            IsOpen = transition.IsOpen,
            Severity = transition.Severity,
        };
    }

    private static string Of(string instance) => instance == Instances.All ? "" : $" ({instance})";

    private static string Summarize(AlertMessage alert)
    {
        var transition = alert.Transition;
        var value = ValueOf(alert);
        return transition.Transition switch
        {
            Transition.Fired => $"{value}: {alert.Rule.Condition}.",
            Transition.Escalated => $"It is worse. {value}: {alert.Rule.Condition}.",
            Transition.Deescalated => $"It is less bad. {value}: {alert.Rule.Condition}.",
            Transition.Reminded => $"It is still open after {Lasted(transition)}. {value}.",
            Transition.NoData => $"{transition.Metric} has had no values since {When(transition.Since)}.",
            Transition.DataBack => $"Values are back. {value}.",
            _ => $"{Why(transition.Reason)} It lasted {Lasted(transition)}. {value}.",
        };
    }

    private static string ValueOf(AlertMessage alert)
    {
        var (metric, value) = (alert.Transition.Metric, alert.Transition.Value is { } number ? WithUnit(number, alert.Rule.Unit) : null);
        if (IsMissing(alert))
            return $"{metric} has had no value for too long{(value is null ? "" : $" (the last was {value})")}";
        return value is null ? $"{metric} has no value" : $"{metric} is {value}";
    }

    /// <summary>It is about values that do not come: the transition's value is then the last that did.</summary>
    private static bool IsMissing(AlertMessage alert) => alert.Rule.ConditionKind == "missingFor" && alert.Transition.IsOpen;

    private static string Why(string reason) => reason switch
    {
        "recovered" => "It is over.",
        "revised" => "Late actuals show that there was no problem.",
        "ruleChanged" => "The rule was changed and no longer holds.",
        "ruleRemoved" => "The rule was removed.",
        "ruleDisabled" => "The rule was disabled.",
        "modelReplaced" => "The model was replaced.",
        "deploymentGone" => "The deployment is no longer there.",
        _ => "It is over.",
    };

    private static IEnumerable<(string Name, string Value)> FactsOf(AlertMessage alert)
    {
        var transition = alert.Transition;
        yield return ("Deployment", $"{alert.Deployment.Label} ({alert.Deployment.Id})");
        yield return ("Instance", transition.Instance);
        yield return ("Metric", $"{transition.Metric}, windows of {Durations.Format(transition.Bucket)}");
        if (transition.Value is { } value)
            yield return (IsMissing(alert) ? "Last value" : "Value", WithUnit(value, alert.Rule.Unit));
        if (alert.Rule.Threshold is { } threshold)
            yield return ("Threshold", WithUnit(threshold, alert.Rule.Unit));
        if (transition.Baseline is { } baseline)
            yield return ("Baseline", WithUnit(baseline, alert.Rule.Unit));
        if (transition.SampleSize > 0)
            yield return ("Sample", $"{transition.SampleSize.ToString(CultureInfo.InvariantCulture)} rows");
        if (transition.SampleSize > 0 && transition.Value is >= 0 and <= 1 and var share && MetricCatalogue.Find(transition.Metric).IsProportion)
        {
            var (low, high) = WilsonInterval.Of(share, transition.SampleSize, WilsonInterval.ZScore(0.95));
            yield return ("95% interval", $"{Numbers.Short(low)} to {Numbers.Short(high)}");
        }

        yield return ("Condition", alert.Rule.Condition);
        yield return ("Since", When(transition.Since));
        if (!transition.IsOpen)
            yield return ("Lasted", Lasted(transition));
        yield return ("Window", $"{When(transition.WindowStart)} to {When(transition.WindowEnd)}");
        yield return ("Reason", transition.Reason);
    }

    private static IEnumerable<(string Title, Uri Address)> LinksOf(AlertMessage alert)
    {
        if (alert.Deployment.Link is { } deployment)
            yield return ("Open in DataRobot", deployment);
        if (alert.Rule.Runbook is { } runbook)
            yield return ("Runbook", runbook);
    }

    private static string WithUnit(double value, string unit) => unit.Length == 0 ? Numbers.Short(value) : $"{Numbers.Short(value)} {unit}";

    private static string When(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Lasted(AlertTransition transition)
    {
        var lasted = transition.WindowEnd - transition.Since;
        return lasted > TimeSpan.Zero ? Durations.Format(lasted) : "less than a window";
    }
}
