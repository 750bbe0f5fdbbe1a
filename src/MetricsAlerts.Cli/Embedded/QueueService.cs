using Microsoft.Extensions.Hosting;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>Runs the queue workers.</summary>
internal sealed class QueueService(PipelineWorkers workers) : BackgroundService
{
    public const int EvaluationsAtOnce = 64;

    /// <summary>Telling is waiting for others.</summary>
    private const int GroupsAtOnce = 64;
    private const int ShardsAtOnce = 2;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(workers.Collect.RunAsync(ShardsAtOnce, stoppingToken), workers.Evaluate.RunAsync(EvaluationsAtOnce, stoppingToken), workers.Notify.RunAsync(GroupsAtOnce, stoppingToken));
}
