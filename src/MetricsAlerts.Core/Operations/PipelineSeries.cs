using MetricsAlerts.Collecting;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Operations;

/// <summary>The pipeline's own metrics as windows of the deployment <c>pipeline</c>: the pipeline watches itself with ordinary rules.</summary>
internal sealed class PipelineSeries(MetricWindowQueue windows, QueueHealth health)
{
    public async Task PublishAsync(CollectionReport report, CancellationToken cancellationToken)
    {
        var queues = await health.MeasureAsync(cancellationToken);
        var end = Timestamps.Floor(report.At, PipelineDeployment.Bucket);
        SeriesWindows[] series =
        [
            One("collect.failures", report.Failures.Count), One("collect.behind", report.Behind), One("collect.deployments", report.Deployments),
            One("collect.windows", report.Windows), One("collect.requests", report.Requests), One("collect.duration", report.Seconds),
            One("deadLetters", queues.Sum(queue => queue.DeadLetters)),
            .. queues.Select(queue => One($"{queue.Stage}.deadLetters", queue.DeadLetters)),
            .. queues.Select(queue => One($"{queue.Stage}.lag", queue.Lag?.TotalSeconds)),
        ];
        await windows.Queue.SendAsync([MetricBatches.Message(new(PipelineDeployment.Deployment, Instances.All, series), report.At.UtcTicks)], cancellationToken);

        SeriesWindows One(string metric, double? value) =>
            new(metric, PipelineDeployment.Bucket, [new(end - PipelineDeployment.Bucket, end, value, report.Deployments)]);
    }
}
