namespace MetricsAlerts.Simulator.World;

/// <summary>A deployment as the simulator knows it.</summary>
public sealed record SimulatedDeployment
{
    /// <summary>24 hexadecimal characters.</summary>
    public required string Id { get; init; }

    /// <summary>Its label.</summary>
    public required string Label { get; init; }

    /// <summary>CRITICAL, HIGH, MODERATE or LOW.</summary>
    public string Importance { get; init; } = "HIGH";

    /// <summary>The model's type.</summary>
    public string ModelType { get; init; } = "Gradient Boosted Trees Classifier";

    /// <summary>What the model predicts: <c>Binary</c> or <c>Regression</c>.</summary>
    public string TargetType { get; init; } = "Binary";

    /// <summary>The models, by the time from which they answer; the first from the beginning. Each is there once.</summary>
    public required IReadOnlyList<(DateTimeOffset From, string Id)> Models { get; init; }

    /// <summary>The prediction server hosts.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>When it made its first prediction.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Whether predictions have an association id, so that actuals can be matched.</summary>
    public bool HasAssociationId { get; init; } = true;

    /// <summary>Whether statistics can be cut by host.</summary>
    public bool HasSegmentAnalysis { get; init; } = true;

    /// <summary>Whether predictions are kept; without them there is neither accuracy nor drift.</summary>
    public bool HasDataCollection { get; init; } = true;

    /// <summary>Whether the drift of the target and the features is tracked.</summary>
    public bool HasDrift { get; init; } = true;

    /// <summary>Features whose drift is tracked.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Metrics that its team uploads.</summary>
    public IReadOnlyList<SimulatedCustomMetric> CustomMetrics { get; init; } = [];

    /// <summary>From when on the deployment is gone; null for never.</summary>
    public DateTimeOffset? GoneAt { get; init; }

    /// <summary>From when on, inclusive, and until when, exclusive, a model answers; an empty time for one that never does.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) TimeOf(string model)
    {
        for (var i = 0; i < Models.Count; i++)
        {
            if (Models[i].Id == model)
            {
                return (
                    i == 0 ? DateTimeOffset.MinValue : Models[i].From,
                    i + 1 < Models.Count ? Models[i + 1].From : DateTimeOffset.MaxValue);
            }
        }

        return (DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);
    }

    /// <summary>The model that answers at a time.</summary>
    public string ModelAt(DateTimeOffset time)
    {
        var i = Models.Count - 1;
        while (i > 0 && Models[i].From > time)
            i--;
        return Models[i].Id;
    }
}

/// <summary>A metric that a team uploads.</summary>
/// <param name="Id">24 hexadecimal characters.</param>
/// <param name="Name">Its name.</param>
/// <param name="Units">Its unit.</param>
/// <param name="Directionality">lowerIsBetter or higherIsBetter.</param>
/// <param name="Value">Its value while nothing is wrong.</param>
public sealed record SimulatedCustomMetric(string Id, string Name, string Units, string Directionality, double Value);
