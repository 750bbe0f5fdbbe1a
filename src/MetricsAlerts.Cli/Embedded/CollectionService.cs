using MetricsAlerts.Metrics.Sources;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>Begins a tick on the schedule, and one at the start; the queue workers do the rest.</summary>
internal sealed partial class CollectionService(
    CollectionScheduler collector, IOptions<CollectionOptions> options, TimeProvider time, ILogger<CollectionService> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var schedule = new Schedule(options.Value.Schedule, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            await CollectAsync(stoppingToken);
            await schedule.NextAsync(stoppingToken);
        }
    }

    private async Task CollectAsync(CancellationToken stoppingToken)
    {
        try
        {
            await collector.RunAsync(stoppingToken);
        }
        catch (MetricSourceException exception)
        {
            Log.Failed(logger, exception.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A tick must never end the service: the next one reads the same windows again.
            Log.Broke(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 602, Level = LogLevel.Error, Message = "Nothing could be collected: {Problem}")]
        public static partial void Failed(ILogger logger, string problem);

        [LoggerMessage(EventId = 603, Level = LogLevel.Error, Message = "Nothing could be collected")]
        public static partial void Broke(ILogger logger, Exception exception);
    }
}
