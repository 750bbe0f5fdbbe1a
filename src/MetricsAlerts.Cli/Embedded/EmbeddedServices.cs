using MetricsAlerts.Channels;
using MetricsAlerts.DataRobot;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying;
using MetricsAlerts.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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
        services.AddChannels();
        services.AddSingleton(provider => new PipelineWorkers(
            new(provider.GetRequiredService<MetricWindowQueue>().Queue, provider.GetRequiredService<RuleEvaluation>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<QueueWorker>>()),
            new(provider.GetRequiredService<AlertQueue>().Queue, provider.GetRequiredService<AlertDelivery>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<QueueWorker>>())));
        return services;
    }
}

/// <summary>The workers of the two queues.</summary>
internal sealed record PipelineWorkers(QueueWorker Evaluate, QueueWorker Notify);
