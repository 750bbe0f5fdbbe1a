using MetricsAlerts.Collecting;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MetricsAlerts;

/// <summary>Registers the pipeline's stages and stores. The head adds the ports: tables, queues, a source and channels.</summary>
public static class PipelineServices
{
    /// <summary>Adds the stages with their options, which are validated when the host starts.</summary>
    public static IServiceCollection AddMetricsAlertsPipeline(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CollectionOptions>().Bind(configuration.GetSection(CollectionOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<EvaluationOptions>().Bind(configuration.GetSection(EvaluationOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<NotifyOptions>().Bind(configuration.GetSection(NotifyOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<HousekeepingOptions>().Bind(configuration.GetSection(HousekeepingOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PipelineMetrics>();
        services.AddSingleton<RuleStore>();
        services.AddSingleton<AlertStore>();
        services.AddSingleton<SilenceStore>();
        services.AddSingleton<SignedLinks>();
        services.AddSingleton<DeadLetterQueues>();
        services.AddSingleton<QueueLags>();
        services.AddSingleton(provider => new QueueHealth(
            [
                ("collect", provider.GetRequiredService<CollectionQueue>().Queue),
                ("evaluate", provider.GetRequiredService<MetricWindowQueue>().Queue),
                ("notify", provider.GetRequiredService<AlertQueue>().Queue),
            ],
            provider.GetRequiredService<QueueLags>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<PipelineMetrics>()));
        services.AddSingleton<Housekeeper>();
        services.AddSingleton<TickReports>();
        services.AddSingleton<TickCompletion>();
        services.AddSingleton<CollectionScheduler>();
        services.AddSingleton<CollectShardHandler>();
        services.AddSingleton<EvaluateHandler>();
        services.AddSingleton<NotifyHandler>();
        return services;
    }
}
