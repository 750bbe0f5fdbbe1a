using MetricsAlerts.DataRobot.Client;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot.Directories;

/// <summary>What deployments are set to collect.</summary>
internal sealed class SettingsDirectory(IOptions<DataRobotOptions> options, TimeProvider time)
{
    private readonly DeploymentMemory<SettingsModel> _settings = new(options.Value.Remember, time);

    public Task<SettingsModel> FindAsync(DataRobotClient client, string deploymentId, CancellationToken cancellationToken) =>
        _settings.GetAsync(deploymentId, () => client.GetSettingsAsync(deploymentId, cancellationToken));
}
