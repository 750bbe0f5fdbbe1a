namespace MetricsAlerts.Collecting;

/// <summary>What a tick did.</summary>
public sealed record CollectionReport
{
    /// <summary>The time that the tick collected for.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Deployments that a rule is for.</summary>
    public int Deployments { get; init; }

    /// <summary>Series that were read.</summary>
    public int Series { get; init; }

    /// <summary>New and revised windows that were published.</summary>
    public int Windows { get; init; }

    /// <summary>Deployments that are no longer there.</summary>
    public IReadOnlyList<string> Gone { get; init; } = [];

    /// <summary>Deployments that could not be collected, with the reason.</summary>
    public IReadOnlyList<CollectionFailure> Failures { get; init; } = [];

    /// <summary>Whether everything was collected.</summary>
    public bool IsHealthy => Failures.Count == 0;
}

/// <summary>A deployment that could not be collected.</summary>
public sealed record CollectionFailure(string DeploymentId, string Label, string Reason);
