using MetricsAlerts.Alerts;
using MetricsAlerts.Collecting;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Messaging;
using MetricsAlerts.Notifying;
using MetricsAlerts.Notifying.Muting;
using MetricsAlerts.Operations;
using MetricsAlerts.Operations.Health;
using MetricsAlerts.Routing;
using MetricsAlerts.Rules;
using MetricsAlerts.Scheduling;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;
using MetricsAlerts.Viewing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts;

/// <summary>Registers the pipeline's stages and stores. The head adds the ports: tables, queues, a source and channels.</summary>
public static class PipelineServices
{
    /// <summary>Adds the stages with their options, which are validated when the host starts.</summary>
    public static IServiceCollection AddMetricsAlertsPipeline(this IServiceCollection services, IConfiguration configuration)
    {
        AddOptions<CollectionOptions>(services, configuration, CollectionOptions.Section);
        AddOptions<EvaluationOptions>(services, configuration, EvaluationOptions.Section);
        AddOptions<RoutingOptions>(services, configuration, RoutingOptions.Section);
        AddOptions<NotifyOptions>(services, configuration, RoutingOptions.Section);
        AddOptions<HousekeepingOptions>(services, configuration, HousekeepingOptions.Section);
        AddOptions<HealthOptions>(services, configuration, HealthOptions.Section);
        services.AddSingleton<IValidateOptions<CollectionOptions>, CollectionOptionsCheck>();
        services.AddSingleton<IValidateOptions<NotifyOptions>, LinkKeyCheck>();
        services.TryAddSingleton(TimeProvider.System);
        AddStage<CollectShardHandler>(services, "collect", QueueDefinitions.Collect);
        AddStage<EvaluateHandler>(services, "evaluate", QueueDefinitions.MetricWindows);
        AddStage<NotifyHandler>(services, "notify", QueueDefinitions.Notifications);
        return services
            .AddSingleton<PipelineMetrics>().AddSingleton<QueueLags>().AddSingleton<TriggeredDelivery>()
            .AddSingleton(provider => new QueueHealth(
                provider.GetRequiredService<PipelineQueues>().ByStage, provider.GetRequiredService<QueueLags>(),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<PipelineMetrics>()))
            .AddSingleton<RuleStore>().AddSingleton<SilenceStore>().AddSingleton<SignedLinks>()
            .AddSingleton<AlertStore>().AddSingleton<DeliveryStates>().AddSingleton<AlertingDeployments>().AddSingleton<HistoryStore>()
            .AddSingleton<DestinationStore>().AddSingleton<PendingGroups>().AddSingleton<GroupSweep>()
            .AddSingleton<TickReports>().AddSingleton<KnownDeployments>()
            .AddSingleton<DeploymentRoster>().AddSingleton<TickOpening>().AddSingleton<Sweep>().AddSingleton<CollectionScheduler>()
            .AddSingleton<CheckpointStore>().AddSingleton<DeploymentCollector>().AddSingleton<ShardCollector>()
            .AddSingleton<PipelineSeries>().AddSingleton<TickCompletion>()
            .AddSingleton<EvaluationStores>().AddSingleton<WatchedSeriesReader>()
            .AddSingleton<NotifyStores>().AddSingleton<ChannelAccess>().AddSingleton<GroupSender>()
            .AddSingleton<IHealthCheck, RulesHealth>().AddSingleton<IHealthCheck, StorageHealth>().AddSingleton<IHealthCheck, TickHealth>()
            .AddSingleton<ChannelHealth>().AddSingleton<IHealthCheck>(provider => provider.GetRequiredService<ChannelHealth>())
            .AddSingleton<ProcessHealth>()
            .AddViewing(configuration)
            .AddSingleton<DeadLetterQueues>().AddSingleton<ChannelTest>().AddSingleton<AlertSearch>().AddSingleton<SilenceExpiry>()
            .AddSingleton<HousekeepingStores>().AddSingleton<Housekeeper>();
    }

    /// <summary>A stage's handler, under the name of its queue, with the observation that all stages have in common.</summary>
    private static void AddStage<THandler>(IServiceCollection services, string stage, QueueDefinition queue)
        where THandler : class, IMessageHandler => services
        .AddSingleton<THandler>()
        .AddKeyedSingleton<IMessageHandler>(queue.Name, (provider, _) => new ObservedHandler(
            stage, queue, provider.GetRequiredService<THandler>(), provider.GetRequiredService<QueueLags>(),
            provider.GetRequiredService<ILogger<ObservedHandler>>()));

    private static void AddOptions<T>(IServiceCollection services, IConfiguration configuration, string section)
        where T : class =>
        services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
}
