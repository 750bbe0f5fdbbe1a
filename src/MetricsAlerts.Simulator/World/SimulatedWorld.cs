using System.Collections.Frozen;

namespace MetricsAlerts.Simulator.World;

/// <summary>All deployments, and the time that they cover.</summary>
public sealed class SimulatedWorld
{
    private readonly FrozenDictionary<string, IDeploymentStatistics> _byId;

    /// <summary>A world of these deployments.</summary>
    public SimulatedWorld(IReadOnlyList<IDeploymentStatistics> deployments, DateTimeOffset start, DateTimeOffset end)
    {
        Deployments = deployments;
        _byId = Deployments.ToFrozenDictionary(statistics => statistics.Deployment.Id, StringComparer.Ordinal);
        Start = start;
        End = end;
    }

    /// <summary>Every deployment, in order.</summary>
    public IReadOnlyList<IDeploymentStatistics> Deployments { get; }

    /// <summary>When the story begins.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>When everything that will be known is known.</summary>
    public DateTimeOffset End { get; }

    /// <summary>What goes wrong with the API itself.</summary>
    public IReadOnlyList<Faults.Fault> Faults { get; init; } = [];

    /// <summary>The same world with these faults.</summary>
    public SimulatedWorld With(IReadOnlyList<Faults.Fault> faults) => new(Deployments, Start, End) { Faults = faults };

    /// <summary>The deployment of this id as long as it is there.</summary>
    public IDeploymentStatistics? Find(string id, DateTimeOffset now) =>
        _byId.TryGetValue(id, out var found) && !(found.Deployment.GoneAt <= now) ? found : null;
}
