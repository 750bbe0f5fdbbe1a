using MetricsAlerts.Alerts;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Evaluating;

/// <summary>What rule states say of alerts: a pure function of rule, state and the alert before.</summary>
internal static class AlertProjection
{
    /// <summary>Windows in a message's sparkline, and those of which the newest value that counts is shown: as many are always loaded.</summary>
    private const int ShownWindows = RecentWindows.Least;

    /// <summary>The alert that a rule's state says is so, without version and destinations; null when the rule is quiet and was.</summary>
    public static Alert? Of(AlertKey key, CompiledRule rule, Deployment deployment, SeriesState series, RuleState state, Alert? before)
    {
        ref readonly var now = ref state.Current;
        if (!now.IsOpen)
            return before is { IsOpen: true } ? Closed(before, WhyClosed(before, rule, now), rule, EvidenceOf(series, rule.Rule, now)) : null;
        return new()
        {
            Key = key,
            IsOpen = true,
            Severity = now.Severity,
            NoData = now.NoData,
            OpenedByNoData = now.OpenedByNoData,
            Since = SinceOf(series, now, before),
            Evidence = EvidenceOf(series, rule.Rule, now),
            Deployment = deployment,
            Rule = RuleFacts.From(rule, key.Metric, now.Severity),
        };
    }

    /// <summary>What an alert would say that is not open yet: windows breach, but not for as long as the rule asks.</summary>
    public static Alert Pending(AlertKey key, CompiledRule rule, Deployment deployment, SeriesState series, RuleState state) => new()
    {
        Key = key,
        IsOpen = false,
        Severity = rule.LowestLevel,
        Since = new(state.Current.EpisodeStart, TimeSpan.Zero),
        Evidence = EvidenceOf(series, rule.Rule, state.Current),
        Deployment = deployment,
        Rule = RuleFacts.From(rule, key.Metric, rule.LowestLevel),
    };

    /// <summary>The alert, over.</summary>
    public static Alert Closed(Alert before, ResolveReason why, CompiledRule? rule = null, AlertEvidence? evidence = null) => before with
    {
        IsOpen = false,
        NoData = false,
        OpenedByNoData = false,
        ResolvedBecause = why,
        Evidence = evidence ?? before.Evidence,
        Rule = rule is null ? before.Rule : RuleFacts.From(rule, before.Key.Metric, before.Severity),
    };

    /// <summary>Why an alert can no longer be open, whatever its values are; null when rule and series are still there.</summary>
    public static ResolveReason? WhyOver(AlertKey key, RuleSet rules, Deployment? deployment)
    {
        if (deployment is null)
            return ResolveReason.DeploymentGone;
        if (rules.Find(key.Rule) is not { } rule)
            return rules.Unreadable.Contains(key.Rule) ? ResolveReason.RuleUnreadable : ResolveReason.RuleRemoved;
        if (!rule.Enabled)
            return ResolveReason.RuleDisabled;
        return rules.FindEnabled(key.Rule)!.Matches(deployment, key.Instance, new(key.Metric, key.Bucket)) ? null : ResolveReason.NoLongerSelected;
    }

    private static ResolveReason WhyClosed(Alert before, CompiledRule rule, in AlertState now)
    {
        if (before.Rule.Fingerprint != rule.Fingerprint)
            return ResolveReason.RuleChanged;
        return now.PastEpisodeEnd > before.Since.UtcTicks ? now.PastReason : ResolveReason.Revised;
    }

    /// <summary>An episode that began before all windows that are still known began when it was first said to.</summary>
    private static DateTimeOffset SinceOf(SeriesState series, in AlertState now, Alert? before)
    {
        var since = new DateTimeOffset(now.Since, TimeSpan.Zero);
        return before is { IsOpen: true } && before.Since < since && series.History.Count > 0 && since <= series.History.Windows[0].Start ? before.Since : since;
    }

    private static AlertEvidence EvidenceOf(SeriesState series, Rule rule, in AlertState now)
    {
        var windows = series.History.Windows;
        var newest = windows.Length > 0 ? windows[^1] : new MetricWindow(new(now.Since, TimeSpan.Zero), new(now.Since, TimeSpan.Zero), null, 0);
        var judged = NewestJudged(windows, rule) ?? newest with { Value = now.LastValue };
        return new()
        {
            Reason = now.LastReason,
            WindowStart = newest.Start,
            WindowEnd = newest.End,
            Value = judged.Value,
            SampleSize = judged.SampleSize,
            Baseline = judged.Baseline,
            Recent = Recent(windows),
        };
    }

    /// <summary>
    /// The newest window whose value counts for the rule: late actuals make the very newest ones empty or thin. It is looked for among the windows that are always
    /// loaded, so that a message says the same however many are; beyond them the rule's state knows the last value.
    /// </summary>
    private static MetricWindow? NewestJudged(ReadOnlySpan<MetricWindow> windows, Rule rule)
    {
        for (var i = windows.Length - 1; i >= Math.Max(0, windows.Length - ShownWindows); i--)
        {
            if (windows[i].Value is not null && windows[i].SampleSize >= rule.MinSamples && !(windows[i].Completeness < rule.Complete))
                return windows[i];
        }

        return null;
    }

    private static double?[] Recent(ReadOnlySpan<MetricWindow> windows)
    {
        var values = new double?[Math.Min(ShownWindows, windows.Length)];
        for (var i = 0; i < values.Length; i++)
            values[i] = windows[windows.Length - values.Length + i].Value;
        return values;
    }
}
