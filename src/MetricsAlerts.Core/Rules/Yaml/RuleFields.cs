using MetricsAlerts.Formats;

namespace MetricsAlerts.Rules.Yaml;

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
        Add(fields, "url", channel.Url);
        Add(fields, "format", channel.Format == "logic-app" ? null : channel.Format);
        Add(fields, "to", channel.To);
        Add(fields, "from", channel.From);
        Add(fields, "user", channel.User);
        Add(fields, "key", channel.Key);
        Add(fields, "mention", channel.Mention);
        Add(fields, "fallback", channel.Fallback);
        return fields;
    }

    public static IReadOnlyDictionary<string, string> Of(RouteDefinition route)
    {
        var fields = new Dictionary<string, string> { ["notify"] = YamlText.List(route.Notify) };
        Add(fields, "match", route.Match);
        Add(fields, "continue", route.Continue ? "true" : null);
        if (route.GroupBy is { } groupBy)
            fields["groupBy"] = YamlText.List(groupBy);
        Add(fields, "groupWait", route.GroupWait is { } wait ? DurationOrZero.Format(wait) : null);
        Add(fields, "groupInterval", route.GroupInterval is { } interval ? DurationOrZero.Format(interval) : null);
        return fields;
    }

    public static IReadOnlyDictionary<string, string> Of(InhibitionDefinition inhibition)
    {
        var fields = new Dictionary<string, string>();
        Add(fields, "when", inhibition.When);
        Add(fields, "mute", inhibition.Mute);
        Add(fields, "equal", inhibition.Equal);
        return fields;
    }

    public static IReadOnlyDictionary<string, string> Of(MaintenanceDefinition window)
    {
        var fields = new Dictionary<string, string>
        {
            ["name"] = YamlText.Scalar(window.Name),
            ["from"] = YamlText.Scalar(window.From.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture)),
            ["to"] = YamlText.Scalar(window.To.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture)),
            ["timeZone"] = YamlText.Scalar(window.Zone.Id),
        };
        Add(fields, "match", window.Match);
        Add(fields, "days", [.. window.Days.Select(day => day.ToString()[..3].ToLowerInvariant())]);
        return fields;
    }

    private static void Add(Dictionary<string, string> fields, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            fields[key] = YamlText.Scalar(value);
    }

    private static void Add(Dictionary<string, string> fields, string key, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
            fields[key] = YamlText.List(values);
    }

    private static void Add(Dictionary<string, string> fields, string key, AlertMatcher matcher)
    {
        if (!matcher.IsEmpty)
            fields[key] = Pairs(matcher.Globs.ToDictionary(pair => pair.Key, pair => pair.Value.Text));
    }

    private static string Pairs(IReadOnlyDictionary<string, string> pairs) => pairs.Count == 0
        ? ""
        : $"{{ {string.Join(", ", pairs.Select(pair => $"{YamlText.Scalar(pair.Key)}: {YamlText.Scalar(pair.Value)}"))} }}";
}
