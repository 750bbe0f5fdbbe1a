using MetricsAlerts.Metrics;

namespace MetricsAlerts.Rules.Conditions;

/// <summary>What a condition may look at when it judges a window.</summary>
public readonly ref struct WindowContext
{
    /// <summary>The series' windows of the current model, oldest first; the last one is to be judged.</summary>
    public required ReadOnlySpan<MetricWindow> History { get; init; }

    /// <summary>The window to be judged.</summary>
    public ref readonly MetricWindow Window => ref History[^1];

    /// <summary>The metric of the window.</summary>
    public required MetricDefinition Metric { get; init; }

    /// <summary>The end of the last window that had a value, or the start of the first window when none had.</summary>
    public required DateTimeOffset LastValueEnd { get; init; }

    /// <summary>The last value of the series before the window, however long ago; null when there was none, or for another series than the rule's own.</summary>
    public double? PreviousValue { get; init; }

    /// <summary>The other series of the same deployment instance.</summary>
    public required ISeriesLookup Others { get; init; }

    /// <summary>The rule that the condition belongs to.</summary>
    public required Rule Rule { get; init; }

    /// <summary>The level of a condition that has a single one.</summary>
    public Severity SingleLevel => Rule.Severity;

    /// <summary>The normal quantile of the confidence with which a window must be past a threshold; 0 when the value alone decides.</summary>
    public required double ZScore { get; init; }

    /// <summary>The same question about another series.</summary>
    public WindowContext On(ReadOnlySpan<MetricWindow> history, MetricDefinition metric) => new()
    {
        History = history,
        Metric = metric,
        LastValueEnd = LastValueEnd,
        Others = Others,
        Rule = Rule,
        ZScore = metric.IsProportion ? ZScore : 0,
    };
}
