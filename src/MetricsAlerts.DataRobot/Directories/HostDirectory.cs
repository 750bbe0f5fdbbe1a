using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot.Directories;

/// <summary>
/// The prediction server hosts of deployments: the values of the host segment attribute. Each kind of monitoring has attributes of its
/// own, and the guides promise the host's for service health only.
/// </summary>
internal sealed class HostDirectory(SettingsDirectory settings, IOptions<DataRobotOptions> options, TimeProvider time)
{
    private const int MaxHost = 500;

    /// <summary>Which attributes there are changes only with the deployment's settings.</summary>
    private const int AttributesLast = 24;

    /// <summary>The guides call it by the first name, some clients by the second; take whichever the deployment lists.</summary>
    private static readonly string[] AttributeNames = ["DataRobot-Host-IP", "DataRobot-Host-Name"];

    private readonly DeploymentMemory<string?> _attributes = new(options.Value.Remember * AttributesLast, time);
    private readonly DeploymentMemory<IReadOnlyDictionary<string, string>> _hosts = new(options.Value.Remember, time);

    /// <summary>The kind of monitoring that a family of metrics belongs to; null when it is never cut by host.</summary>
    public static string? MonitoringTypeOf(MetricFamily family) => family switch
    {
        MetricFamily.ServiceHealth => "serviceHealth",
        MetricFamily.Accuracy => "accuracy",
        MetricFamily.Drift or MetricFamily.Predictions => "dataDrift",
        _ => null,
    };

    /// <summary>The attribute that tells hosts apart in a family; null when there is none.</summary>
    /// <exception cref="MetricSourceException">The attributes are refused although segment analysis is on, as far as is known.</exception>
    public Task<string?> FindAttributeAsync(
        DataRobotClient client, string deploymentId, MetricFamily family, CancellationToken cancellationToken) =>
        MonitoringTypeOf(family) is { } type
            ? _attributes.GetAsync($"{deploymentId}/{type}", () => ListAttributesAsync(client, deploymentId, type, cancellationToken))
            : Task.FromResult<string?>(null);

    /// <summary>The hosts by the name that people see; the values are what the API calls them.</summary>
    public Task<IReadOnlyDictionary<string, string>> ListHostsAsync(
        DataRobotClient client, string deploymentId, string attribute, CancellationToken cancellationToken) =>
        _hosts.GetAsync($"{deploymentId}/{attribute}", async () =>
        {
            var hosts = new SortedDictionary<string, string>(StringComparer.Ordinal);
            await foreach (var value in client.ListSegmentValuesAsync(deploymentId, attribute, cancellationToken))
            {
                if (Texts.Clean(value, MaxHost) is { Length: > 0 } name)
                    hosts.TryAdd(name, value);
            }

            return hosts;
        });

    /// <summary>A refusal is a refusal, except where the settings say that segment analysis is off.</summary>
    private async Task<string?> ListAttributesAsync(
        DataRobotClient client, string deploymentId, string monitoringType, CancellationToken cancellationToken)
    {
        try
        {
            var attributes = await client.ListSegmentAttributesAsync(
                deploymentId, monitoringType, cancellationToken).ToListAsync(cancellationToken);
            return AttributeNames.FirstOrDefault(attributes.Contains);
        }
        catch (MetricSourceException exception) when (
            exception.Problem is MetricSourceProblem.Forbidden or MetricSourceProblem.NotFound or MetricSourceProblem.Invalid)
        {
            if (await IsOffAsync(client, deploymentId, cancellationToken))
                return null;
            throw;
        }
    }

    /// <summary>Whether the settings say that segment analysis is off; settings that cannot be read say nothing.</summary>
    public async Task<bool> IsOffAsync(DataRobotClient client, string deploymentId, CancellationToken cancellationToken)
    {
        try
        {
            return await settings.FindAsync(client, deploymentId, cancellationToken) is { SegmentAnalysis.Enabled: false };
        }
        catch (MetricSourceException)
        {
            return false;
        }
    }
}
