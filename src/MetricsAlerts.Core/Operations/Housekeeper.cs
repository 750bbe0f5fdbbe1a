using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Delivery;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Storage;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Operations;

/// <summary>Forgets what is long over: alerts, the ledger of what was sent of them, silences. And measures what waits for people: dead letters.</summary>
public sealed partial class Housekeeper(
    AlertStore alerts, SilenceStore silences, QueueHealth queues, ITableStore tables, IOptions<HousekeepingOptions> options, TimeProvider time,
    ILogger<Housekeeper> logger)
{
    private readonly GroupLedger _ledger = new(tables);

    /// <summary>Cleans up once.</summary>
    public async Task<HousekeepingReport> CleanAsync(CancellationToken cancellationToken)
    {
        using var activity = PipelineMetrics.Source.StartActivity("housekeeping");
        var before = time.GetUtcNow() - options.Value.Keep;
        var (forgotten, deliveries) = (0, 0);
        var groups = new HashSet<(string Channel, string Group)>();
        await foreach (var record in alerts.ListAsync(cancellationToken))
        {
            foreach (var told in record.Told.Where(told => groups.Add((told.Channel, told.Group))))
                deliveries += await _ledger.ForgetAsync(told.Channel, told.Group, before, cancellationToken);
            if (record.IsOpen || record.Last.Transition.WindowEnd >= before)
                continue;
            await alerts.RemoveAsync(record, cancellationToken);
            forgotten++;
        }

        var over = await silences.ForgetAsync(before, cancellationToken);
        var letters = (await queues.MeasureAsync(cancellationToken)).Sum(queue => queue.DeadLetters);
        var report = new HousekeepingReport(forgotten, deliveries, over, letters);
        Log.Cleaned(logger, forgotten, deliveries, over, letters);
        return report;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 801, Level = LogLevel.Information, Message = "Forgot {Alerts} alerts, {Deliveries} deliveries and {Silences} silences that are long over; {DeadLetters} dead letters wait")]
        public static partial void Cleaned(ILogger logger, int alerts, int deliveries, int silences, int deadLetters);
    }
}

/// <summary>What housekeeping did.</summary>
/// <param name="Alerts">Alerts forgotten.</param>
/// <param name="Deliveries">Ledger entries forgotten.</param>
/// <param name="Silences">Silences forgotten.</param>
/// <param name="DeadLetters">Dead letters that wait for people.</param>
public sealed record HousekeepingReport(int Alerts, int Deliveries, int Silences, int DeadLetters);
