using System.Runtime.CompilerServices;
using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.DataRobot.Directories;
using MetricsAlerts.DataRobot.Families;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot;

/// <summary>Metric windows from DataRobot's monitoring API.</summary>
internal sealed class DataRobotMetricSource(
    DataRobotClient client,
    IEnumerable<IMetricFamilyReader> families,
    DeploymentDirectories directories,
    IOptions<DataRobotOptions> options)
    : IMetricSource
{
    /// <summary>The most characters of what people called a deployment.</summary>
    private const int MaxText = 500;

    private readonly IReadOnlyList<IMetricFamilyReader> _families = [.. families];

    public async IAsyncEnumerable<Deployment> ListDeploymentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A list whose pages shift while it is read can name a deployment twice.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var model in client.ListDeploymentsAsync(cancellationToken))
        {
            if (model.Id is { Length: > 0 } id && seen.Add(id))
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
        new DataRobotDeploymentMetrics(new(client.Remembering(), deployment), _families, directories);

    private Deployment DeploymentOf(string id, DeploymentModel model) => new(id, Clean(model.Label) is { Length: > 0 } label ? label : id)
    {
        Importance = Clean(model.Importance),
        ModelId = model.Model?.Id is { Length: > 0 } modelId ? modelId : null,
        ModelSince = SinceOf(model),
        ModelType = Clean(model.Model?.Type),
        TargetType = Clean(model.Model?.TargetType),
        Link = new Uri(options.Value.Endpoint!, $"/deployments/{Uri.EscapeDataString(id)}/overview"),
        LastPrediction = model.PredictionUsage?.LastTimestamp?.ToUniversalTime(),
    };

    /// <summary>The model that a deployment was made with has no predecessor.</summary>
    private static DateTimeOffset? SinceOf(DeploymentModel model) =>
        model.Model?.DeployedAt?.ToUniversalTime() is { } since && !(since - model.CreatedAt <= TimeSpan.FromHours(1)) ? since : null;

    private static string? Clean(string? text) => text is null ? null : Texts.Clean(text, MaxText);
}
