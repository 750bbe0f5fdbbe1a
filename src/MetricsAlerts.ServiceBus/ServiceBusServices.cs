using Azure.Core;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using MetricsAlerts.Messaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MetricsAlerts.ServiceBus;

/// <summary>Registers the pipeline's queues in Service Bus.</summary>
public static class ServiceBusServices
{
    /// <summary>
    /// Adds them; a namespace is reached with the registered <see cref="TokenCredential"/>, by default the environment's identity, an
    /// emulator with its connection string (<see cref="ServiceBusConnection"/>).
    /// </summary>
    public static IServiceCollection AddServiceBus(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<TokenCredential>(_ => new DefaultAzureCredential());
        services.AddSingleton(provider => ServiceBusConnection.Open(configuration, provider.GetRequiredService<TokenCredential>()));
        services.AddSingleton(provider => new PipelineQueues(
            Queue(provider, QueueDefinitions.Collect),
            Queue(provider, QueueDefinitions.MetricWindows),
            Queue(provider, QueueDefinitions.Notifications)));
        return services;
    }

    private static ServiceBusQueue Queue(IServiceProvider provider, QueueDefinition definition) =>
        new(provider.GetRequiredService<ServiceBusClient>(), definition, provider.GetRequiredService<TimeProvider>());
}
