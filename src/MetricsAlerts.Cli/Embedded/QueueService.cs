using Microsoft.Extensions.Hosting;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>Runs the queue workers.</summary>
internal sealed class QueueService(PipelineWorkers workers) : BackgroundService
{
    private const int Concurrency = 4;
    private const int ShardsAtOnce = 2;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(workers.Collect.RunAsync(ShardsAtOnce, stoppingToken), workers.Evaluate.RunAsync(Concurrency, stoppingToken), workers.Notify.RunAsync(Concurrency, stoppingToken));
}
