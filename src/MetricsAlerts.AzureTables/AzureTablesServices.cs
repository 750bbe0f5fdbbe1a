using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using MetricsAlerts.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.AzureTables;

/// <summary>Registers the tables of a storage account.</summary>
public static class AzureTablesServices
{
    /// <summary>Adds them; with a service URI they are reached with the registered <see cref="TokenCredential"/>, by default the environment's identity.</summary>
    public static IServiceCollection AddAzureTables(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AzureTablesOptions>().Bind(configuration.GetSection(AzureTablesOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<TokenCredential>(_ => new DefaultAzureCredential());
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<AzureTablesOptions>>().Value;
            return options.ServiceUri is { } address
                ? new TableServiceClient(address, provider.GetRequiredService<TokenCredential>())
                : new TableServiceClient(options.ConnectionString);
        });
        services.AddSingleton<ITableStore, AzureTableStore>();
        return services;
    }
}
