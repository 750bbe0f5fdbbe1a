using MetricsAlerts.Formats;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Operations;

/// <summary>
/// Forgets what is long over: what destinations were notified of, silences, history, and, through Evaluate, closed alerts. And
/// measures what waits for people: dead letters.
/// </summary>
public sealed partial class Housekeeper(
    HousekeepingStores stores,
    SilenceStore silences,
    QueueHealth queues,
    IOptions<HousekeepingOptions> options,
    TimeProvider time,
    ILogger<Housekeeper> logger)
{
    /// <summary>Days of history before the oldest that is kept which are looked for: so long may housekeeping not have run.</summary>
    private const int DaysBehind = 30;

    /// <summary>Cleans up once.</summary>
    public async Task<HousekeepingReport> CleanAsync(CancellationToken cancellationToken)
    {
        using var activity = PipelineMetrics.Source.StartActivity("housekeeping");
        var now = time.GetUtcNow();
        var before = now - options.Value.Keep;
        var forgotten = await ForgetDeliveriesAsync(before, cancellationToken);
        var over = await silences.ForgetAsync(before, cancellationToken);
        var history = await ForgetHistoryAsync(now - options.Value.KeepHistory, cancellationToken);
        await LookAtClosedAsync(now, cancellationToken);
        var letters = (await queues.MeasureAsync(cancellationToken)).Sum(queue => queue.DeadLetters);
        Log.Cleaned(logger, forgotten, over, history, letters);
        return new(forgotten, over, history, letters);
    }

    private async Task<int> ForgetDeliveriesAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var forgotten = 0;
        await foreach (var group in stores.Pending.ListKnownAsync(cancellationToken))
        {
            var (alerts, isEmpty) = await stores.Groups.ForgetAsync(group.Channel, group.Group, before, cancellationToken);
            forgotten += alerts;
            if (isEmpty)
                await stores.Pending.ForgetAsync(group, cancellationToken);
        }

        return forgotten;
    }

    private async Task<int> ForgetHistoryAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (forgotten, last) = (0, DateOnly.FromDateTime(before.UtcDateTime));
        for (var day = last.AddDays(-DaysBehind); day < last; day = day.AddDays(1))
            forgotten += await stores.History.ForgetAsync(day, cancellationToken);
        return forgotten;
    }

    /// <summary>
    /// Evaluate is the one writer of alerts: it is asked to look at those deployments of which only closed ones are left.
    /// </summary>
    private async Task LookAtClosedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var messages = new List<QueueMessage>();
        await foreach (var deployment in stores.Alerting.ListAsync(cancellationToken))
        {
            if (!deployment.IsActive)
                messages.Add(MetricBatchMessages.Look(deployment.Id, $"housekeeping {Timestamps.Format(now)}"));
        }

        await stores.Queues.MetricWindows.SendAsync(messages, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 801, Level = LogLevel.Information,
            Message = "Forgot what {Alerts} alerts were notified, {Silences} silences and {History} entries of history that are " +
                "long over; {DeadLetters} dead letters wait")]
        public static partial void Cleaned(ILogger logger, int alerts, int silences, int history, int deadLetters);
    }
}

/// <summary>What housekeeping did.</summary>
/// <param name="Deliveries">Alerts of which destinations need not remember any more what they were notified of.</param>
/// <param name="Silences">Silences forgotten.</param>
/// <param name="History">Entries of history forgotten.</param>
/// <param name="DeadLetters">Dead letters that wait for people.</param>
public sealed record HousekeepingReport(int Deliveries, int Silences, int History, int DeadLetters);
