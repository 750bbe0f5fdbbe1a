using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Scheduling;

/// <summary>Which deployments there are to collect, and which of the known ones are gone.</summary>
public sealed class DeploymentRoster(IMetricSource source, IOptions<CollectionOptions> options)
{
    private readonly Func<Deployment, bool> _isChosen = options.Value.Deployments.Compile();

    /// <summary>Lists the chosen deployments, and asks for each known one that is missing from the list.</summary>
    /// <exception cref="MetricSourceException">The list cannot be read.</exception>
    internal async Task<RosterListing> ListAsync(IEnumerable<string> known, CancellationToken cancellationToken)
    {
        var chosen = await source.ListDeploymentsAsync(cancellationToken).Where(_isChosen).ToListAsync(cancellationToken);
        var listed = chosen.Select(deployment => deployment.Id).ToHashSet(StringComparer.Ordinal);
        var missing = await FindAsync(known.Where(id => !listed.Contains(id)), cancellationToken);
        return new(
            [.. chosen, .. missing.Select(one => one.Found).OfType<Deployment>()],
            [.. missing.Where(one => one.IsGone).Select(one => one.Id)],
            [.. missing.Select(one => one.Failure).OfType<CollectionRemark>()]);
    }

    private async Task<Missing[]> FindAsync(IEnumerable<string> deploymentIds, CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(options.Value.MaxConcurrency);
        return await Task.WhenAll(deploymentIds.Select(FindInTurnAsync).ToList());

        async Task<Missing> FindInTurnAsync(string deploymentId)
        {
            await slots.WaitAsync(CancellationToken.None);
            try
            {
                return await FindAsync(deploymentId, cancellationToken);
            }
            finally
            {
                slots.Release();
            }
        }
    }

    /// <summary>Asks for a missing deployment by its id: a list that changes while it is read can leave one out.</summary>
    private async Task<Missing> FindAsync(string deploymentId, CancellationToken cancellationToken)
    {
        if (options.Value.Deployments.Excludes(deploymentId))
            return new(deploymentId);
        try
        {
            var found = await source.FindDeploymentAsync(deploymentId, cancellationToken);
            return new(deploymentId) { Found = found is not null && _isChosen(found) ? found : null };
        }
        catch (MetricSourceException exception)
        {
            // Not seen is not gone: its alerts stay open, and people are told that nobody looks at it.
            return new(deploymentId) { Failure = new(deploymentId, deploymentId, exception.Message) };
        }
    }

    /// <summary>What became of a deployment that is missing from the list.</summary>
    private sealed record Missing(string Id)
    {
        public Deployment? Found { get; init; }

        public CollectionRemark? Failure { get; init; }

        public bool IsGone => Found is null && Failure is null;
    }
}

/// <summary>The deployments of a tick.</summary>
/// <param name="Chosen">To collect.</param>
/// <param name="Gone">Ids of known ones that are no longer there, or no longer chosen.</param>
/// <param name="Failures">Known ones of which that cannot be said.</param>
internal sealed record RosterListing(
    IReadOnlyList<Deployment> Chosen, IReadOnlyList<string> Gone, IReadOnlyList<CollectionRemark> Failures);
