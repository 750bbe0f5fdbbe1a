using MetricsAlerts.Collecting;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Messaging;
using MetricsAlerts.Telemetry;

namespace MetricsAlerts.Operations;

/// <summary>How each stage's queue is: messages that could not be processed, and how long the others wait.</summary>
public sealed class QueueHealth(CollectionQueue collect, MetricWindowQueue windows, AlertQueue alerts, QueueLags lags, TimeProvider time, PipelineMetrics metrics)
{
    /// <summary>More dead letters than this count as this many: what matters is that there are any.</summary>
    private const int MostDeadLetters = 250;

    /// <summary>A queue that had no message for two ticks has no lag to tell of.</summary>
    private static readonly TimeSpan LagsOf = TimeSpan.FromMinutes(20);

    /// <summary>Measures every queue, for rules and for OpenTelemetry's gauge.</summary>
    public async Task<IReadOnlyList<QueueReading>> MeasureAsync(CancellationToken cancellationToken)
    {
        var noted = await lags.LoadAsync(time.GetUtcNow() - LagsOf, cancellationToken);
        return
        [
            await MeasureAsync("collect", collect.Queue, noted, cancellationToken),
            await MeasureAsync("evaluate", windows.Queue, noted, cancellationToken),
            await MeasureAsync("notify", alerts.Queue, noted, cancellationToken),
        ];
    }

    private async Task<QueueReading> MeasureAsync(string stage, IQueue queue, IReadOnlyDictionary<string, TimeSpan> noted, CancellationToken cancellationToken)
    {
        var name = queue.Definition.Name;
        var deadLetters = (await queue.PeekDeadLettersAsync(MostDeadLetters, cancellationToken)).Count;
        metrics.DeadLetters.Record(deadLetters, new KeyValuePair<string, object?>("queue", name));
        return new(stage, deadLetters, noted.TryGetValue(name, out var lag) ? lag : null);
    }
}

/// <summary>How a stage's queue is.</summary>
/// <param name="Stage"><c>collect</c>, <c>evaluate</c> or <c>notify</c>.</param>
/// <param name="DeadLetters">Messages that could not be processed and wait for people; at most 250.</param>
/// <param name="Lag">The longest that a message waited of late; null when there was none.</param>
public sealed record QueueReading(string Stage, int DeadLetters, TimeSpan? Lag);
