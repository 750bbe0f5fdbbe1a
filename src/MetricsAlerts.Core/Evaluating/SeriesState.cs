using MetricsAlerts.Metrics;

namespace MetricsAlerts.Evaluating;

/// <summary>One series: its newest windows and the state of every rule on it.</summary>
internal sealed class SeriesState(SeriesName name)
{
    public SeriesName Name { get; } = name;

    public MetricDefinition Metric { get; } = MetricCatalogue.Find(name.Metric);

    public SeriesHistory History { get; } = new();

    public List<RuleState> Rules { get; } = [];

    /// <summary>How many windows are kept.</summary>
    public KeptWindows Kept { get; set; }

    /// <summary>Windows that came too late to be evaluated.</summary>
    public long TooOld { get; set; }
}
