using System.Runtime.CompilerServices;
using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.DataRobot.Directories;
using MetricsAlerts.DataRobot.Families;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot;

/// <summary>Metric windows from DataRobot's monitoring API.</summary>
internal sealed class DataRobotMetricSource(
    DataRobotClient client,
    IEnumerable<IMetricFamilyReader> families,
    HostDirectory hosts,
    SettingsDirectory settings,
    IOptions<DataRobotOptions> options)
    : IMetricSource
{
    private readonly IReadOnlyList<IMetricFamilyReader> _families = [.. families];

    public async IAsyncEnumerable<Deployment> ListDeploymentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var model in client.ListDeploymentsAsync(cancellationToken))
        {
            if (model.Id is { Length: > 0 } id)
                yield return DeploymentOf(id, model);
        }
    }

    public async Task<Deployment?> FindDeploymentAsync(string deploymentId, CancellationToken cancellationToken)
    {
        try
        {
            return DeploymentOf(deploymentId, await client.GetDeploymentAsync(deploymentId, cancellationToken));
        }
        catch (MetricSourceException exception) when (exception.Problem == MetricSourceProblem.NotFound)
        {
            return null;
        }
    }

    public IDeploymentMetrics Open(Deployment deployment) =>
        new DataRobotDeploymentMetrics(new(client.Remembering(), deployment), _families, hosts, settings);

    private Deployment DeploymentOf(string id, DeploymentModel model) => new(id, model.Label ?? id)
    {
        Importance = model.Importance,
        ModelId = model.Model?.Id,
        ModelType = model.Model?.Type,
        TargetType = model.Model?.TargetType,
        Link = new Uri(options.Value.Endpoint!, $"/deployments/{Uri.EscapeDataString(id)}/overview"),
    };
}
