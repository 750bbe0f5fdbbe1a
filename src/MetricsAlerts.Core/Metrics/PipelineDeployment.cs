namespace MetricsAlerts.Metrics;

/// <summary>The built-in deployment whose metrics are those of the pipeline itself, so that ordinary rules watch over it.</summary>
public static class PipelineDeployment
{
    /// <summary>Its id and label.</summary>
    public const string Id = "pipeline";

    /// <summary>The length of its windows: ticks are far shorter than an hour.</summary>
    public static readonly TimeSpan Bucket = TimeSpan.FromMinutes(10);

    /// <summary>The deployment.</summary>
    public static Deployment Deployment { get; } = new(Id, Id) { Importance = "CRITICAL" };
}
