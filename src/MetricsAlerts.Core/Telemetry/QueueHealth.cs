using MetricsAlerts.Messaging;

namespace MetricsAlerts.Telemetry;

/// <summary>How each stage's queue is: messages that could not be processed, and how long the others wait.</summary>
/// <param name="queues">Each stage with the queue that it reads.</param>
/// <param name="lags">How long messages wait.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Where OpenTelemetry's gauge is.</param>
public sealed class QueueHealth(
    IReadOnlyList<(string Stage, IQueue Queue)> queues, QueueLags lags, TimeProvider time, PipelineMetrics metrics)
{
    /// <summary>More dead letters than this count as this many: what matters is that there are any.</summary>
    private const int MostDeadLetters = 250;

    /// <summary>A queue that had no message for two ticks has no lag to tell of.</summary>
    private static readonly TimeSpan LagsOf = TimeSpan.FromMinutes(20);

    /// <summary>Measures every queue, for rules and for OpenTelemetry's gauge.</summary>
    public async Task<IReadOnlyList<QueueReading>> MeasureAsync(CancellationToken cancellationToken)
    {
        var noted = await lags.LoadAsync(time.GetUtcNow() - LagsOf, cancellationToken);
        var readings = new List<QueueReading>(queues.Count);
        foreach (var (stage, queue) in queues)
        {
            var name = queue.Definition.Name;
            var deadLetters = (await queue.PeekDeadLettersAsync(MostDeadLetters, cancellationToken)).Count;
            metrics.DeadLetters.Record(deadLetters, new KeyValuePair<string, object?>("queue", name));
            readings.Add(new(stage, deadLetters, noted.TryGetValue(name, out var lag) ? lag : null));
        }

        return readings;
    }
}

/// <summary>How a stage's queue is.</summary>
/// <param name="Stage">The stage that reads it.</param>
/// <param name="DeadLetters">Messages that could not be processed and wait for people; at most 250.</param>
/// <param name="Lag">The longest that a message waited of late; null when there was none.</param>
public sealed record QueueReading(string Stage, int DeadLetters, TimeSpan? Lag);
