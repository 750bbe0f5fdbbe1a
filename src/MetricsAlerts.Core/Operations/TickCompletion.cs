using MetricsAlerts.Messaging;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Operations;

/// <summary>What follows when a tick's last shard is done: the report is logged, the pipeline's own metrics are published, and if all is well the heart beats.</summary>
public sealed partial class TickCompletion(TickReports reports, MetricWindowQueue windows, QueueHealth health, IHeartbeat heartbeat, ILogger<TickCompletion> logger)
{
    private readonly PipelineSeries _series = new(windows, health);

    /// <summary>Does it if the tick is complete; doing it twice changes nothing.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (await reports.LoadAsync(cancellationToken) is not { IsComplete: true, Report: var report })
            return;
        Log.Collected(logger, report.Deployments, report.Series, report.Windows, report.Requests, report.Failures.Count, report.Behind);
        await _series.PublishAsync(report, cancellationToken);
        if (report.IsHealthy)
            await heartbeat.BeatAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 105, Level = LogLevel.Information, Message = "Collected {Deployments} deployments, {Series} series: {Windows} new or revised windows in {Requests} requests; {Failures} deployments with failures, {Behind} not reached in time")]
        public static partial void Collected(ILogger logger, int deployments, int series, int windows, int requests, int failures, int behind);
    }
}
