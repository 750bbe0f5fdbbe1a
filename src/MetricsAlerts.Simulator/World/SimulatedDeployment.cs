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

    /// <summary>The models, by the time from which they answer; the first from the beginning.</summary>
    public required IReadOnlyList<(DateTimeOffset From, string Id)> Models { get; init; }

    /// <summary>Whether predictions have an association id, so that actuals can be matched.</summary>
    public bool HasAssociationId { get; init; } = true;

    /// <summary>Whether statistics can be cut by host.</summary>
    public bool HasSegmentAnalysis { get; init; } = true;

    /// <summary>What it predicted.</summary>
    public required PredictionLog Predictions { get; init; }

    /// <summary>What its prediction servers did, in order of time; empty when it is not known.</summary>
    public IReadOnlyList<ServiceHour> Service { get; init; } = [];

    /// <summary>From when on the deployment is gone; null for never.</summary>
    public DateTimeOffset? GoneAt { get; init; }

    /// <summary>The model that answers at a time.</summary>
    public string ModelAt(DateTimeOffset time)
    {
        var i = Models.Count - 1;
        while (i > 0 && Models[i].From > time)
            i--;
        return Models[i].Id;
    }
}
