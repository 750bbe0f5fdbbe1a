using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Messaging;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Simulator;
using MetricsAlerts.Sqlite.Queues;
using MetricsAlerts.Ticks;

namespace MetricsAlerts.Cli.Demo;

/// <summary>
/// Steps the simulated clock from tick to tick and lets the pipeline finish at each: nothing waits for wall-clock time unless a
/// speed is asked for.
/// </summary>
internal sealed class Replay(
    SimulatedClock clock, CollectionScheduler collector, TickReports reports, PipelineWorkers workers, PipelineQueues queues,
    DemoClock progress)
{
    private const int Concurrency = 4;

    /// <summary>Ticks that could not collect everything, with the first reason.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Plays until <paramref name="end"/>, then until nothing is left to do.</summary>
    /// <param name="end">The end of the story.</param>
    /// <param name="poll">Simulated time between ticks.</param>
    /// <param name="speed">How many times as fast as real time; null for as fast as it goes.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public async Task PlayAsync(DateTimeOffset end, TimeSpan poll, double? speed, CancellationToken cancellationToken)
    {
        // A demo that was killed may have left messages behind.
        await WorkUntilAsync(clock.GetUtcNow(), cancellationToken);
        for (var tick = clock.GetUtcNow() + poll; tick <= end; tick += poll)
        {
            clock.AdvanceTo(tick);
            await collector.RunAsync(cancellationToken);
            await DrainAsync(cancellationToken);
            if (await reports.LoadAsync(cancellationToken) is { Report: { IsHealthy: false } report })
                Problems.Add(
                    report.Failures is [var failure, ..]
                        ? $"{failure.Label}: {failure.Text}"
                        : $"{report.Behind} deployments were not reached in time.");
            await WorkUntilAsync(tick + poll < end ? tick + poll : end, cancellationToken);
            await progress.SaveAsync(tick, cancellationToken);
            if (speed is { } factor)
                await Task.Delay(poll / factor, cancellationToken);
        }

        await WorkUntilAsync(DateTimeOffset.MaxValue, cancellationToken);
    }

    /// <summary>
    /// Works off what is due, then what becomes due before <paramref name="until"/>, moving the clock from one such moment to
    /// the next.
    /// </summary>
    private async Task WorkUntilAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken);
        while (await NextDueAsync(cancellationToken) is { } next && next < until)
        {
            clock.AdvanceTo(next);
            await DrainAsync(cancellationToken);
        }
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (
            await workers.Collect.DrainAsync(Concurrency, cancellationToken) + await workers.Evaluate.DrainAsync(
                Concurrency, cancellationToken) + await workers.Notify.DrainAsync(Concurrency, cancellationToken) > 0)
        {
        }
    }

    private async Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? next = null;
        foreach (var (_, queue) in queues.ByStage)
        {
            if (await ((SqliteQueue)queue).NextDueAsync(cancellationToken) is { } due && (next is null || due < next))
                next = due;
        }

        return next;
    }
}
