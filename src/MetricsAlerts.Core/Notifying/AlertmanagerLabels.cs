using System.Security.Cryptography;
using System.Text;
using MetricsAlerts.Alerts;
using MetricsAlerts.Formats;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Notifying;

/// <summary>Alerts in Alertmanager's words: the rule is called <c>alertname</c>, and a label's name has no other signs than <c>_</c>.</summary>
public static class AlertmanagerLabels
{
    private const string Rule = "rule";
    private const string AlertName = "alertname";

    /// <summary>The labels of an alert.</summary>
    public static IReadOnlyDictionary<string, string> Of(Alert alert)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in alert.Rule.Labels)
            labels[NameOf(name)] = value;
        foreach (var name in AlertMatcher.BuiltIn)
            labels[NameOf(name)] = AlertLabels.Of(alert, name) ?? "";
        return labels;
    }

    /// <summary>What is said of an alert beside its labels.</summary>
    public static IReadOnlyDictionary<string, string> AnnotationsOf(Alert alert)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["summary"] = NotificationContent.Of([new(alert, alert.IsOpen ? Change.Fired : Change.Resolved)]).Summary,
            ["condition"] = alert.Rule.Condition,
        };
        if (alert.Rule.Description is { } description)
            annotations["description"] = description;
        if (alert.Evidence.Value is { } value)
            annotations["value"] = Numbers.Format(value);
        if (alert.Rule.Runbook is { } runbook)
            annotations["runbook_url"] = runbook.AbsoluteUri;
        if (alert.Deployment.Link is { } link)
            annotations["dashboard"] = link.AbsoluteUri;
        return annotations;
    }

    /// <summary>The name that a label of ours has there.</summary>
    public static string NameOf(string label) => label == Rule
        ? AlertName
        : string.Concat(label.Select((character, index) =>
            char.IsAsciiLetter(character) || character == '_' || (index > 0 && char.IsAsciiDigit(character)) ? character : '_'));

    /// <summary>The label of ours that has this name there; the name itself when none has.</summary>
    public static string LabelOf(string name, RuleSet rules) => name == AlertName
        ? Rule
        : AlertMatcher.BuiltIn.Concat(rules.Rules.SelectMany(rule => rule.Labels.Keys)).FirstOrDefault(label => NameOf(label) == name) ?? name;

    /// <summary>Sixteen hexadecimal digits that tell an alert apart.</summary>
    public static string FingerprintOf(Alert alert) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(alert.Key.Id)).AsSpan(0, 8));
}
