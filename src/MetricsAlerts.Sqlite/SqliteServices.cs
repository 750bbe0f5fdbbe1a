using MetricsAlerts.Messaging;
using MetricsAlerts.Sqlite.Queues;
using MetricsAlerts.Sqlite.Tables;
using MetricsAlerts.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Sqlite;

/// <summary>Registers tables and queues in a database file.</summary>
public static class SqliteServices
{
    /// <summary>Adds them.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SqliteOptions>().Bind(configuration.GetSection(SqliteOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SqliteDatabase>();
        services.AddSingleton<ITableStore, SqliteTableStore>();
        services.AddSingleton(provider => new PipelineQueues(
            Queue(provider, QueueDefinitions.Collect), Queue(provider, QueueDefinitions.MetricWindows), Queue(provider, QueueDefinitions.Notifications)));
        return services;
    }

    private static SqliteQueue Queue(IServiceProvider provider, QueueDefinition definition) =>
        new(provider.GetRequiredService<SqliteDatabase>(), definition, provider.GetRequiredService<TimeProvider>());
}
