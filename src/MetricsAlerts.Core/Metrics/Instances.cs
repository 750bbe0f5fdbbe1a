namespace MetricsAlerts.Metrics;

/// <summary>Words about instances.</summary>
public static class Instances
{
    /// <summary>The instance that stands for the deployment as a whole.</summary>
    public const string All = "all";
}
