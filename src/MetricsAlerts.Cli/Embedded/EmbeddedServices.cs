using MetricsAlerts.Channels;
using MetricsAlerts.Collecting;
using MetricsAlerts.DataRobot;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying;
using MetricsAlerts.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Cli.Embedded;

/// <summary>The whole pipeline in one process: SQLite for tables and queues.</summary>
internal static class EmbeddedServices
{
    /// <summary>Adds everything but the hosted services.</summary>
    public static IServiceCollection AddEmbeddedPipeline(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration);
        services.AddMetricsAlertsPipeline(configuration);
        services.AddSqliteStorage(configuration);
        services.AddDataRobot(configuration);
        services.AddChannels(configuration);
        services.AddSingleton(provider =>
        {
            var queues = provider.GetRequiredService<PipelineQueues>();
            return new PipelineWorkers(
                Worker(provider, queues.Collect), Worker(provider, queues.MetricWindows), Worker(provider, queues.Notifications));
        });
        return services;
    }

    private static QueueWorker Worker(IServiceProvider provider, IQueue queue) => new(
        queue, provider.GetRequiredKeyedService<IMessageHandler>(queue.Definition.Name), provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<QueueWorker>>());
}

/// <summary>The workers of the three queues.</summary>
internal sealed record PipelineWorkers(QueueWorker Collect, QueueWorker Evaluate, QueueWorker Notify);
