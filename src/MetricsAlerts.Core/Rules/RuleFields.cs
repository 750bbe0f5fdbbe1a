using MetricsAlerts.Evaluating;
using MetricsAlerts.Formats;

namespace MetricsAlerts.Rules;

/// <summary>Rules, channels and routes as named texts, in the words and the notation of the rule file; values that are defaults are left out.</summary>
internal static class RuleFields
{
    public static IReadOnlyDictionary<string, string> Of(Rule rule)
    {
        var fields = new Dictionary<string, string>
        {
            ["name"] = YamlText.Scalar(rule.Name),
            ["metric"] = YamlText.Scalar(rule.Metric.Text),
            ["when"] = rule.When.ToYaml(),
            ["for"] = rule.For.ToString(),
            ["recoverAfter"] = rule.RecoverAfter.ToString(),
            ["bucket"] = Durations.Format(rule.Bucket),
            ["instances"] = rule.Instances.ToYaml(),
            ["enabled"] = rule.Enabled ? "true" : "false",
        };
        Add("description", rule.Description is { } description ? YamlText.Scalar(description) : "");
        Add("deployments", rule.Deployments.ToYaml());
        Add("severity", rule.When.NamesItsLevels ? "" : rule.Severity == Severity.Critical ? "critical" : "warning");
        Add("minSamples", rule.MinSamples > 0 ? Numbers.Format(rule.MinSamples) : "");
        Add("confidence", rule.Confidence > 0 ? Percentages.Format(rule.Confidence) : "");
        Add("complete", rule.Complete > 0 ? Percentages.Format(rule.Complete) : "");
        Add("noData", rule.NoData switch { NoDataBehaviour.Alert => "alert", NoDataBehaviour.Ok => "ok", _ => "" });
        Add("remindEvery", rule.RemindEvery is { } every ? Durations.Format(every) : "");
        Add("labels", Pairs(rule.Labels));
        Add("runbook", rule.Runbook is { } runbook ? YamlText.Scalar(runbook.ToString()) : "");
        Add("notify", rule.Notify.Count > 0 ? YamlText.List(rule.Notify) : "");
        return fields;

        void Add(string key, string value)
        {
            if (value.Length > 0)
                fields[key] = value;
        }
    }

    public static IReadOnlyDictionary<string, string> Of(ChannelDefinition channel)
    {
        var fields = new Dictionary<string, string>
        {
            ["name"] = YamlText.Scalar(channel.Name),
            ["type"] = YamlText.Scalar(channel.Type),
        };
        if (channel.Url.Length > 0)
            fields["url"] = YamlText.Scalar(channel.Url);
        if (channel.To.Count > 0)
            fields["to"] = YamlText.List(channel.To);
        if (channel.Fallback is { } fallback)
            fields["fallback"] = YamlText.Scalar(fallback);
        return fields;
    }

    public static IReadOnlyDictionary<string, string> Of(RouteDefinition route)
    {
        var fields = new Dictionary<string, string> { ["notify"] = YamlText.List(route.Notify) };
        if (route.Match.Count > 0)
            fields["match"] = Pairs(route.Match.ToDictionary(pair => pair.Key, pair => pair.Value.Text));
        return fields;
    }

    private static string Pairs(IReadOnlyDictionary<string, string> pairs) => pairs.Count == 0
        ? ""
        : $"{{ {string.Join(", ", pairs.Select(pair => $"{YamlText.Scalar(pair.Key)}: {YamlText.Scalar(pair.Value)}"))} }}";
}
