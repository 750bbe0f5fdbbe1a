using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Collecting;

/// <summary>Finds the hosts of a deployment where a rule asks for them, and which of the known ones are gone.</summary>
internal sealed class InstanceList(
    IDeploymentMetrics metrics, Checkpoint checkpoint, CollectionOptions options, DeploymentReading reading)
{
    /// <summary>How exactly it is stored when a host was last named.</summary>
    private readonly TimeSpan _precision = options.HostGoneAfter / 24;

    /// <summary>The hosts; none where no rule asks for them, or the list is refused.</summary>
    public async Task<HostListing> ListAsync(CollectionPlan plan, CancellationToken cancellationToken)
    {
        var families = plan.FamiliesOfHosts;
        if (families.Count == 0)
            return new([], []);
        try
        {
            var listing = await metrics.ListHostsAsync(families, cancellationToken);
            if (listing.Note is { } note)
                reading.AddNote(note);
            Record(listing.Hosts);
            return listing;
        }
        catch (MetricSourceException exception) when (exception.IsAboutTheRequest || exception.Problem == MetricSourceProblem.NotFound)
        {
            // A list that cannot be read is no answer: no host is gone for it, and the deployment as a whole is watched all the same.
            reading.AddFailure(exception.Message);
            return new([], []);
        }
    }

    private void Record(IReadOnlyList<string> hosts)
    {
        var named = hosts.ToHashSet(StringComparer.Ordinal);
        foreach (var host in checkpoint.Instances.Where(instance => instance.Instance != Instances.All))
        {
            if (named.Contains(host.Instance))
            {
                host.RecordNamed(reading.At, _precision);
                continue;
            }

            host.RecordMissing(reading.At, _precision);
            if (reading.At - host.LastNamed >= options.HostGoneAfter)
                reading.GoneInstances.Add(host.Instance);
        }
    }
}
