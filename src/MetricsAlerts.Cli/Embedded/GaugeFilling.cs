using MetricsAlerts.Evaluating;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>Shows at the start how every series stood before: until the next windows come, there would be nothing to see.</summary>
internal sealed partial class GaugeFilling(WatchedSeriesReader standings, PipelineMetrics metrics, ILogger<GaugeFilling> logger)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!metrics.Series.IsEnabled)
            return;
        try
        {
            var all = await standings.ListAsync(cancellationToken).ToListAsync(cancellationToken);
            foreach (var instance in all.GroupBy(series => (series.Deployment.Id, series.Instance)))
                metrics.Series.Show(instance.Key.Id, instance.Key.Instance, [.. instance]);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // They fill with the windows that come.
            Log.NotFilled(logger, exception);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(EventId = 606, Level = LogLevel.Warning, Message = "The gauges of series cannot be filled from what is stored")]
        public static partial void NotFilled(ILogger logger, Exception exception);
    }
}
