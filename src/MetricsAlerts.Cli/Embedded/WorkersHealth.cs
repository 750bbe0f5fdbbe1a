using MetricsAlerts.Operations.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>Whether what runs in the background still runs.</summary>
internal sealed class WorkersHealth(IServiceProvider services) : IHealthCheck
{
    public string Name => "workers";

    public bool IsVital => true;

    public Task<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        var ended = services.GetServices<IHostedService>().OfType<BackgroundService>()
            .Where(service => service.ExecuteTask is { IsCompleted: true }).Select(service => service.GetType().Name).ToList();
        return Task.FromResult(ended.Count > 0 ? $"{string.Join(", ", ended)} ended." : null);
    }
}
