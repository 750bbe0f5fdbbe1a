using MetricsAlerts.Ticks;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Collecting;

/// <summary>
/// What follows when a tick's last shard is done: the report is logged, the pipeline's own metrics are published, and the heartbeat is
/// sent if the tick is healthy.
/// </summary>
public sealed partial class TickCompletion(TickReports reports, PipelineSeries series, IHeartbeat heartbeat, ILogger<TickCompletion> logger)
{
    /// <summary>Does it if the shard's tick is complete; doing it twice changes nothing.</summary>
    /// <param name="shard">A shard that is done.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task CompleteAsync(CollectionShard shard, CancellationToken cancellationToken)
    {
        if (await reports.FindCompleteAsync(shard, cancellationToken) is not { Report: var report })
            return;
        Log.Collected(
            logger,
            report.Deployments,
            report.Series,
            report.Windows,
            report.Requests,
            report.Failures.Count,
            report.Behind,
            report.Skipped);
        await series.PublishAsync(await InWindowOfAsync(report, cancellationToken), cancellationToken);
        if (report.IsHealthy)
            await heartbeat.BeatAsync(cancellationToken);
    }

    /// <summary>
    /// Every complete tick of the same window of the pipeline's own metrics. Where a window holds several, the worst of them counts, so
    /// a good tick does not take back what a bad one has said.
    /// </summary>
    private async Task<IReadOnlyList<CollectionReport>> InWindowOfAsync(CollectionReport report, CancellationToken cancellationToken)
    {
        var end = PipelineSeries.EndOf(report);
        var ticks = await reports.ListAsync(cancellationToken);
        return [.. ticks.Where(tick => tick.IsComplete && PipelineSeries.EndOf(tick.Report) == end).Select(tick => tick.Report)];
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 105, Level = LogLevel.Information,
            Message = "Collected {Deployments} deployments, {Series} series: {Windows} new or revised windows in {Requests} requests; " +
                "{Failures} deployments with failures, {Behind} not reached in time, {Skipped} left to the tick before")]
        public static partial void Collected(
            ILogger logger, int deployments, int series, int windows, int requests, int failures, int behind, int skipped);
    }
}
