namespace MetricsAlerts.Metrics;

/// <summary>Where a metric comes from.</summary>
public enum MetricFamily
{
    /// <summary>Predictions compared with actuals.</summary>
    Accuracy,

    /// <summary>Requests, times and errors of the prediction servers.</summary>
    ServiceHealth,

    /// <summary>Distance of inputs or predictions from training.</summary>
    Drift,

    /// <summary>Counts of predictions and actuals.</summary>
    Predictions,

    /// <summary>The source's own verdict on a deployment: 0 passing, 1 warning, 2 failing.</summary>
    Health,

    /// <summary>Metrics that a team uploads.</summary>
    Custom,

    /// <summary>The pipeline's own metrics.</summary>
    Pipeline,
}

/// <summary>Which way a metric is better.</summary>
public enum Direction
{
    /// <summary>Neither, or not known.</summary>
    Unknown,

    /// <summary>Higher is better.</summary>
    HigherIsBetter,

    /// <summary>Lower is better.</summary>
    LowerIsBetter,
}

/// <summary>What changes the past windows of a metric. Metrics with one cause change together.</summary>
public enum ChangeCause
{
    /// <summary>Nothing that others have in common with it.</summary>
    Own,

    /// <summary>Late actuals.</summary>
    Actuals,

    /// <summary>Requests that were counted late.</summary>
    Requests,

    /// <summary>Predictions that were counted late.</summary>
    Predictions,
}

/// <summary>What is known about a metric by its name.</summary>
/// <param name="Name">As the source writes it, such as <c>LogLoss</c>.</param>
/// <param name="Family">Where it comes from.</param>
/// <param name="Direction">Which way is better.</param>
/// <param name="Unit">Unit of the value as people write it; empty for a plain number.</param>
/// <param name="IsProportion">
/// Whether the value is the share of <see cref="MetricWindow.SampleSize"/> rows, so that a Wilson interval applies.
/// </param>
/// <param name="IsModelBound">Whether the value belongs to one model, so that a replaced model starts a fresh history.</param>
public sealed record MetricDefinition(
    string Name, MetricFamily Family, Direction Direction, string Unit = "", bool IsProportion = false, bool IsModelBound = true)
{
    /// <summary>
    /// How long after a window's end its value can still change; null when it changes for as long as actuals or uploads arrive, so that
    /// the whole look-back is read again.
    /// </summary>
    public TimeSpan? SettlesAfter { get; init; }

    /// <summary>Whether the value is a number of things, so that those of two parts of a window add up.</summary>
    public bool IsCount => Unit is "rows" or "requests";

    /// <summary>What has to happen for a past window to change.</summary>
    public ChangeCause ChangesWith => Family switch
    {
        MetricFamily.Accuracy => ChangeCause.Actuals,
        MetricFamily.ServiceHealth => ChangeCause.Requests,
        MetricFamily.Predictions => SettlesAfter is null ? ChangeCause.Actuals : ChangeCause.Predictions,
        MetricFamily.Drift => ChangeCause.Predictions,
        _ => ChangeCause.Own,
    };

    /// <summary>Whether the source can cut it by prediction server host.</summary>
    public bool HasInstances { get; init; } = true;
}
