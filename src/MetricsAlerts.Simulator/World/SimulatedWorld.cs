using System.Collections.Frozen;

namespace MetricsAlerts.Simulator.World;

/// <summary>All deployments, and the time that they cover.</summary>
public sealed class SimulatedWorld
{
    private readonly FrozenDictionary<string, MonitoringStatistics> _byId;

    /// <summary>A world of these deployments.</summary>
    public SimulatedWorld(IReadOnlyList<SimulatedDeployment> deployments, DateTimeOffset start, DateTimeOffset end)
    {
        Deployments = [.. deployments.Select(deployment => new MonitoringStatistics(deployment))];
        _byId = Deployments.ToFrozenDictionary(statistics => statistics.Deployment.Id, StringComparer.Ordinal);
        Start = start;
        End = end;
    }

    /// <summary>Every deployment, in order.</summary>
    public IReadOnlyList<MonitoringStatistics> Deployments { get; }

    /// <summary>When the story begins.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>When everything that will be known is known.</summary>
    public DateTimeOffset End { get; }

    /// <summary>The deployment of this id as long as it is there.</summary>
    public MonitoringStatistics? Find(string id, DateTimeOffset now) =>
        _byId.TryGetValue(id, out var found) && !(found.Deployment.GoneAt <= now) ? found : null;
}
