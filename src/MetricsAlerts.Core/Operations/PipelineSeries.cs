using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Operations;

/// <summary>The pipeline's own metrics as windows of the deployment <c>pipeline</c>: the pipeline watches itself with ordinary rules.</summary>
internal sealed class PipelineSeries(PipelineQueues queues, QueueHealth health)
{
    public async Task PublishAsync(CollectionReport report, CancellationToken cancellationToken)
    {
        var readings = await health.MeasureAsync(cancellationToken);
        var end = Timestamps.Floor(report.At, PipelineDeployment.Bucket);
        SeriesWindows[] series =
        [
            One("collect.failures", report.Failures.Count), One("collect.behind", report.Behind), One("collect.deployments", report.Deployments),
            One("collect.windows", report.Windows), One("collect.requests", report.Requests), One("collect.duration", report.Seconds),
            One("deadLetters", readings.Sum(queue => queue.DeadLetters)),
            .. readings.Select(queue => One($"{queue.Stage}.deadLetters", queue.DeadLetters)),
            .. readings.Select(queue => One($"{queue.Stage}.lag", queue.Lag?.TotalSeconds)),
        ];
        var batch = new MetricBatch(PipelineDeployment.Id)
        {
            Deployment = PipelineDeployment.Deployment,
            Reading = report.At.UtcTicks,
            Instances = [new(Instances.All, series)],
        };
        await queues.MetricWindows.SendAsync([batch.ToMessage(Timestamps.Format(report.At))], cancellationToken);

        SeriesWindows One(string metric, double? value) =>
            new(metric, PipelineDeployment.Bucket, [new(end - PipelineDeployment.Bucket, end, value, report.Deployments)]);
    }
}
