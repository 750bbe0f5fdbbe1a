using MetricsAlerts.Operations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>Cleans up on the schedule.</summary>
internal sealed partial class HousekeepingService(
    Housekeeper housekeeper,
    IOptions<HousekeepingOptions> options,
    TimeProvider time,
    ILogger<HousekeepingService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var schedule = new Schedule(options.Value.Schedule, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            await schedule.NextAsync(stoppingToken);
            try
            {
                await housekeeper.CleanAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // What was not forgotten today is forgotten tomorrow.
                Log.Failed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 604, Level = LogLevel.Error, Message = "Housekeeping failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
