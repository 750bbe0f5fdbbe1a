using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Collecting;

/// <summary>
/// The pipeline's own metrics as windows of the deployment <c>pipeline</c>: the pipeline watches itself with ordinary rules.
/// </summary>
public sealed class PipelineSeries(PipelineQueues queues, QueueHealth health, TimeProvider time)
{
    /// <summary>The end of the window that a tick belongs to.</summary>
    internal static DateTimeOffset EndOf(CollectionReport report) => Timestamps.Floor(report.At, PipelineDeployment.Bucket);

    /// <summary>Publishes a window of each metric.</summary>
    /// <param name="ticks">The reports of the window's ticks: the largest number of each counts, and all that they collected.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task PublishAsync(IReadOnlyList<CollectionReport> ticks, CancellationToken cancellationToken)
    {
        var readings = await health.MeasureAsync(cancellationToken);
        var end = EndOf(ticks[0]);
        var deployments = ticks.Max(tick => tick.Deployments);
        SeriesWindows[] series =
        [
            One("collect.failures", ticks.Max(tick => tick.Failures.Count)),
            One("collect.behind", ticks.Max(tick => tick.Behind)),
            One("collect.deployments", deployments),
            One("collect.windows", ticks.Sum(tick => tick.Windows)),
            One("collect.requests", ticks.Sum(tick => tick.Requests)),
            One("collect.duration", ticks.Max(tick => tick.Seconds)),
            One("deadLetters", readings.Sum(queue => queue.DeadLetters)),
            .. readings.Select(queue => One($"{queue.Stage}.deadLetters", queue.DeadLetters)),
            .. readings.Select(queue => One($"{queue.Stage}.lag", queue.Lag?.TotalSeconds)),
        ];
        var batch = new MetricBatch(PipelineDeployment.Id)
        {
            Deployment = PipelineDeployment.Deployment,
            Reading = time.GetUtcNow().UtcTicks,
            Instances = [new(Instances.All, series)],
        };
        await queues.MetricWindows.SendAsync(MetricBatchMessages.Of(batch), cancellationToken);

        SeriesWindows One(string metric, double? value) =>
            new(metric, PipelineDeployment.Bucket, [new(end - PipelineDeployment.Bucket, end, value, deployments)]);
    }
}
