using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics.Sources;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot.Directories;

/// <summary>The custom metrics of deployments, by name; of several with one name the first.</summary>
internal sealed class CustomMetricDirectory(IOptions<DataRobotOptions> options, TimeProvider time)
{
    private const int MaxName = 200;

    private readonly DeploymentMemory<IReadOnlyDictionary<string, CustomMetricModel>> _metrics = new(options.Value.Remember, time);

    public Task<IReadOnlyDictionary<string, CustomMetricModel>> FindAsync(
        DataRobotClient client, string deploymentId, CancellationToken cancellationToken) =>
        _metrics.GetAsync(deploymentId, async () =>
        {
            var found = new Dictionary<string, CustomMetricModel>(StringComparer.Ordinal);
            try
            {
                await foreach (var metric in client.ListCustomMetricsAsync(deploymentId, cancellationToken))
                {
                    if (metric is { Id.Length: > 0, Name: { Length: > 0 } name })
                        found.TryAdd(Texts.Clean(name, MaxName), metric);
                }
            }
            catch (MetricSourceException exception) when (
                exception.Problem is MetricSourceProblem.Forbidden or MetricSourceProblem.NotFound)
            {
                // The feature is off for the deployment: it has no custom metrics.
            }

            return found;
        });
}
