using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Ticks;

/// <summary>
/// The section <c>Collection:Deployments</c>: each list that is given must contain a deployment; none of <see cref="Exclude"/> may.
/// </summary>
public sealed record DeploymentChoice
{
    /// <summary>Ids.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>Labels, as globs.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>CRITICAL, HIGH, MODERATE, LOW.</summary>
    public IReadOnlyList<string> Importance { get; init; } = [];

    /// <summary>Ids, or labels as globs, that are never collected.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The choice as a predicate, with its globs compiled.</summary>
    public Func<Deployment, bool> Compile()
    {
        var selector = new DeploymentSelector { Ids = Ids, Labels = [.. Labels.Select(label => new Glob(label))], Importance = Importance };
        var excluded = Exclude.Select(text => new Glob(text)).ToList();
        return deployment => selector.Matches(deployment) &&
            !Excludes(deployment.Id) && !excluded.Exists(glob => glob.Matches(deployment.Label));
    }

    /// <summary>Whether the id is among <see cref="Exclude"/>.</summary>
    public bool Excludes(string deploymentId) => Exclude.Contains(deploymentId, StringComparer.OrdinalIgnoreCase);
}
