using MetricsAlerts.Evaluating;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;

namespace MetricsAlerts.Viewing;

/// <summary>A series as people look at it: its newest values and the rules that watch it.</summary>
/// <param name="Instance">The prediction server host, or <c>all</c>.</param>
/// <param name="Name">The metric and the length of its windows.</param>
/// <param name="Windows">The windows that were read, oldest first.</param>
/// <param name="Watches">Each rule that matches it, with its state.</param>
public sealed record SeriesView(
    string Instance, SeriesName Name, IReadOnlyList<MetricWindow> Windows, IReadOnlyList<WatchView> Watches)
{
    /// <summary>The metric.</summary>
    public MetricDefinition Metric => MetricCatalogue.Find(Name.Metric);

    /// <summary>The newest window; null when there is none.</summary>
    public MetricWindow? Newest => Windows.Count > 0 ? Windows[^1] : null;

    /// <summary>The newest window that has a value; null when none has.</summary>
    public MetricWindow? NewestValue { get; init; }

    /// <summary>The worst state of its rules.</summary>
    public SeriesStanding Standing => Watches.Select(watch => watch.Standing).DefaultIfEmpty(SeriesStanding.Unwatched).Max();

    /// <summary>Reads the state that the pipeline keeps.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="series">The series.</param>
    /// <param name="rules">Today's rules.</param>
    /// <param name="most">The most windows to keep, the newest.</param>
    internal static SeriesView Of(string instance, SeriesState series, RuleSet rules, int most)
    {
        var windows = series.History.Windows;
        MetricWindow? valued = null;
        for (var index = windows.Length - 1; index >= 0 && valued is null; index--)
            valued = windows[index].Value is null ? null : windows[index];
        return new(
            instance,
            series.Name,
            windows[Math.Max(0, windows.Length - most)..].ToArray(),
            [.. series.Rules.Select(state => WatchView.Of(state, series.Name, rules)).OfType<WatchView>()])
        { NewestValue = valued };
    }
}

/// <summary>How a rule stands on a series.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="Severity">How bad it is while it is open.</param>
/// <param name="Reason">What the last window that counts showed.</param>
public sealed record WatchView(string Rule, AlertPhase Phase, Severity Severity, EvaluationReason Reason)
{
    /// <summary>Since when windows breach; null when none does.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How many windows breach of those that the rule waits for.</summary>
    public (long Count, long Needed) Progress { get; init; }

    /// <summary>The state as one word to order by.</summary>
    public SeriesStanding Standing => (Phase, Severity) switch
    {
        (AlertPhase.Inactive, _) => SeriesStanding.Fine,
        (AlertPhase.Pending, _) => SeriesStanding.Pending,
        (_, Severity.Critical) => SeriesStanding.Critical,
        _ => SeriesStanding.Warning,
    };

    /// <summary>Null for a rule that is there no more: Evaluate has not looked since.</summary>
    internal static WatchView? Of(RuleState state, SeriesName series, RuleSet rules)
    {
        if (rules.FindEnabled(state.Rule) is not { } rule)
            return null;
        var current = state.Current;
        var since = current.OpenedByNoData ? current.WithoutValueStart : current.EpisodeStart;
        return new(state.Rule, current.Phase, current.Severity, current.LastReason)
        {
            Since = since > 0 ? new DateTimeOffset(since, TimeSpan.Zero) : null,
            Progress = current.BreachWarning.Progress(rule.Rule.For, series.Bucket.Ticks),
        };
    }
}

/// <summary>The states of a series, the worst last.</summary>
public enum SeriesStanding
{
    /// <summary>No rule looks at it.</summary>
    Unwatched,

    /// <summary>Nothing is wrong.</summary>
    Fine,

    /// <summary>Windows breach, but not yet for long enough.</summary>
    Pending,

    /// <summary>A warning is open.</summary>
    Warning,

    /// <summary>Something critical is open.</summary>
    Critical,
}
