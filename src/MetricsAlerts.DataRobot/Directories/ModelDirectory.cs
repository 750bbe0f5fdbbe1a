using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot.Directories;

/// <summary>The models that deployments have had, as their history tells.</summary>
internal sealed class ModelDirectory(IOptions<DataRobotOptions> options, TimeProvider time)
{
    private readonly DeploymentMemory<IReadOnlyList<ModelPeriod>> _models = new(options.Value.Remember, time);

    /// <summary>
    /// Oldest first. No public source says what the history's items look like, so it is believed only where every item names a model
    /// and a time and the newest is the current model; else the current model is all that is known.
    /// </summary>
    public Task<IReadOnlyList<ModelPeriod>> FindAsync(DataRobotClient client, Deployment deployment, CancellationToken cancellationToken) =>
        deployment.ModelId is { } current
            ? _models.GetAsync($"{deployment.Id}/{current}", () => FindAsync(client, deployment, current, cancellationToken))
            : Task.FromResult<IReadOnlyList<ModelPeriod>>([]);

    private static async Task<IReadOnlyList<ModelPeriod>> FindAsync(
        DataRobotClient client, Deployment deployment, string current, CancellationToken cancellationToken)
    {
        IReadOnlyList<ModelPeriod> onlyCurrent = [new(current, deployment.ModelSince, null)];
        try
        {
            var items = await client.ListModelHistoryAsync(deployment.Id, cancellationToken).ToListAsync(cancellationToken);
            var models = items.Select(item => (Id: IdOf(item), From: FromOf(item))).OrderBy(item => item.From).ToList();
            if (models.Count == 0 || models[^1].Id != current || models.Exists(model => model.Id is null || model.From is null))
                return onlyCurrent;
            return
            [
                .. models.Select((model, index) => new ModelPeriod(
                    model.Id!, index == 0 ? null : model.From, index + 1 < models.Count ? models[index + 1].From : null)),
            ];
        }
        catch (MetricSourceException exception) when (exception.IsAboutTheRequest || exception.Problem == MetricSourceProblem.NotFound)
        {
            return onlyCurrent;
        }
    }

    private static string? IdOf(ModelHistoryModel item) => item.ModelId ?? item.Model?.Id;

    private static DateTimeOffset? FromOf(ModelHistoryModel item) =>
        (item.StartDate ?? item.DeployedAt ?? item.Model?.DeployedAt)?.ToUniversalTime();
}
