namespace MetricsAlerts.Metrics;

/// <summary>What rules select by and messages say about a DataRobot deployment.</summary>
/// <param name="Id">24 hexadecimal characters; <c>pipeline</c> for the pipeline's own metrics.</param>
/// <param name="Label">The name that people gave it.</param>
public sealed record Deployment(string Id, string Label)
{
    /// <summary>CRITICAL, HIGH, MODERATE or LOW; null when the source does not say.</summary>
    public string? Importance { get; init; }

    /// <summary>The current model's id.</summary>
    public string? ModelId { get; init; }

    /// <summary>Since when the current model answers; null when the source does not say, or it has answered from the beginning.</summary>
    public DateTimeOffset? ModelSince { get; init; }

    /// <summary>The current model's type, such as <c>Gradient Boosted Trees</c>.</summary>
    public string? ModelType { get; init; }

    /// <summary>Binary, Regression, Multiclass …; decides which accuracy metrics exist.</summary>
    public string? TargetType { get; init; }

    /// <summary>Where a person looks at it.</summary>
    public Uri? Link { get; init; }

    /// <summary>When it last made a prediction, as the source listed it; null when it does not say. It changes all the time.</summary>
    public DateTimeOffset? LastPrediction { get; init; }

    /// <summary>The deployment without what changes all the time: what people select by and are told.</summary>
    public Deployment WithoutActivity() => this with { LastPrediction = null };
}
