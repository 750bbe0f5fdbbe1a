using MetricsAlerts.Evaluating;
using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;

namespace MetricsAlerts.Collecting;

/// <summary>The pipeline's own metrics as windows of the deployment <c>pipeline</c>: the pipeline watches itself with ordinary rules.</summary>
internal sealed class PipelineSeries(CollectionQueue collect, MetricWindowQueue windows, AlertQueue alerts)
{
    /// <summary>More dead letters than this count as this many: what matters is that there are any.</summary>
    private const int MostDeadLetters = 250;

    public async Task PublishAsync(CollectionReport report, CancellationToken cancellationToken)
    {
        var end = Timestamps.Floor(report.At, PipelineDeployment.Bucket);
        var deadLetters = 0;
        foreach (var queue in (IQueue[])[collect.Queue, windows.Queue, alerts.Queue])
            deadLetters += (await queue.PeekDeadLettersAsync(MostDeadLetters, cancellationToken)).Count;

        SeriesWindows[] series =
        [
            One("collect.failures", report.Failures.Count), One("collect.behind", report.Behind), One("collect.deployments", report.Deployments),
            One("collect.windows", report.Windows), One("collect.requests", report.Requests), One("collect.duration", report.Seconds), One("deadLetters", deadLetters),
        ];
        await windows.Queue.SendAsync([MetricBatches.Message(new(PipelineDeployment.Deployment, Instances.All, series), report.At.UtcTicks)], cancellationToken);

        SeriesWindows One(string metric, double value) =>
            new(metric, PipelineDeployment.Bucket, [new(end - PipelineDeployment.Bucket, end, value, report.Deployments)]);
    }
}
