namespace MetricsAlerts.Metrics;

/// <summary>Names of metrics that the monitoring API has no name for, as rules write them.</summary>
public static class MetricNames
{
    /// <summary>The distance of the predictions from training (PSI).</summary>
    public const string TargetDrift = "targetDrift";

    /// <summary>The largest drift of any feature (PSI).</summary>
    public const string FeatureDriftMax = "featureDrift.max";

    /// <summary>What the drift of one feature begins with: <c>featureDrift/age</c>.</summary>
    public const string FeatureDriftPrefix = "featureDrift/";

    /// <summary>Predictions in a window.</summary>
    public const string RowCount = "rowCount";

    /// <summary>The share of a window's predictions whose actuals have arrived.</summary>
    public const string ActualsCompleteness = "actuals.completeness";
}
