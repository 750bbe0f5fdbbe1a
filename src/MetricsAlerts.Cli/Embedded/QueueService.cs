using Microsoft.Extensions.Hosting;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>
/// Runs the queue workers. When the process is to stop, no message more is taken; what is under way, such as a notification that a channel
/// may have taken already, has <see cref="Drain"/> to end and to be recorded.
/// </summary>
internal sealed class QueueService(PipelineWorkers workers) : BackgroundService
{
    public const int EvaluationsAtOnce = 64;

    /// <summary>Longer than a channel has to answer, shorter than the host waits for its services.</summary>
    public static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);

    /// <summary>To notify is to wait for others.</summary>
    private const int GroupsAtOnce = 64;
    private const int ShardsAtOnce = 2;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        workers.Collect.RunAsync(ShardsAtOnce, Drain, stoppingToken),
        workers.Evaluate.RunAsync(EvaluationsAtOnce, Drain, stoppingToken),
        workers.Notify.RunAsync(GroupsAtOnce, Drain, stoppingToken));
}
