using System.Collections.Concurrent;
using MetricsAlerts.Collecting;
using MetricsAlerts.DataRobot.Client;

namespace MetricsAlerts.DataRobot;

/// <summary>The prediction server hosts of deployments: the values of the host segment attribute, remembered for a while.</summary>
internal sealed class HostDirectory(DataRobotClient client, TimeSpan remember, TimeProvider time)
{
    /// <summary>The guides call it by the first name, a client by the second; take whichever the deployment lists.</summary>
    private static readonly string[] AttributeNames = ["DataRobot-Host-IP", "DataRobot-Host-Name"];

    private readonly ConcurrentDictionary<string, Remembered> _hosts = new(StringComparer.Ordinal);

    public async Task<(string? Attribute, IReadOnlyList<string> Hosts)> FindAsync(string deploymentId, CancellationToken cancellationToken)
    {
        if (_hosts.TryGetValue(deploymentId, out var known) && time.GetUtcNow() - known.At < remember)
            return (known.Attribute, known.Hosts);

        var attribute = await FindAttributeAsync(deploymentId, cancellationToken);
        List<string> hosts = attribute is null ? [] : await client.ListSegmentValuesAsync(deploymentId, attribute, cancellationToken).ToListAsync(cancellationToken);
        hosts.Sort(StringComparer.Ordinal);
        _hosts[deploymentId] = new(attribute, hosts, time.GetUtcNow());
        return (attribute, hosts);
    }

    private async Task<string?> FindAttributeAsync(string deploymentId, CancellationToken cancellationToken)
    {
        try
        {
            var attributes = await client.ListSegmentAttributesAsync(deploymentId, "serviceHealth", cancellationToken).ToListAsync(cancellationToken);
            return AttributeNames.FirstOrDefault(attributes.Contains);
        }
        catch (MetricSourceException exception) when (exception.Problem is MetricSourceProblem.Forbidden or MetricSourceProblem.NotFound or MetricSourceProblem.Invalid)
        {
            // Segment analysis is off for this deployment: it has no instances to tell apart.
            return null;
        }
    }

    private sealed record Remembered(string? Attribute, IReadOnlyList<string> Hosts, DateTimeOffset At);
}
