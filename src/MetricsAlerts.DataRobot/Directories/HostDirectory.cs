using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics.Sources;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot.Directories;

/// <summary>The prediction server hosts of deployments: the values of the host segment attribute.</summary>
internal sealed class HostDirectory(IOptions<DataRobotOptions> options, TimeProvider time)
{
    /// <summary>The guides call it by the first name, a client by the second; take whichever the deployment lists.</summary>
    private static readonly string[] AttributeNames = ["DataRobot-Host-IP", "DataRobot-Host-Name"];

    private readonly DeploymentMemory<Found> _hosts = new(options.Value.Remember, time);

    public Task<Found> FindAsync(DataRobotClient client, string deploymentId, CancellationToken cancellationToken) =>
        _hosts.GetAsync(deploymentId, async () =>
    {
        var attribute = await FindAttributeAsync(client, deploymentId, cancellationToken);
        List<string> hosts = attribute is null
            ? []
            : await client.ListSegmentValuesAsync(deploymentId, attribute, cancellationToken).ToListAsync(cancellationToken);
        hosts.Sort(StringComparer.Ordinal);
        return new(attribute, hosts);
    });

    private static async Task<string?> FindAttributeAsync(DataRobotClient client, string deploymentId, CancellationToken cancellationToken)
    {
        try
        {
            var attributes = await client.ListSegmentAttributesAsync(
                deploymentId, "serviceHealth", cancellationToken).ToListAsync(cancellationToken);
            return AttributeNames.FirstOrDefault(attributes.Contains);
        }
        catch (MetricSourceException exception) when (
            exception.Problem is MetricSourceProblem.Forbidden or MetricSourceProblem.NotFound or MetricSourceProblem.Invalid)
        {
            // Segment analysis is off for this deployment: it has no instances to tell apart.
            return null;
        }
    }

    /// <summary>The attribute that tells hosts apart, null when there is none, and its values.</summary>
    public sealed record Found(string? Attribute, IReadOnlyList<string> Hosts);
}
