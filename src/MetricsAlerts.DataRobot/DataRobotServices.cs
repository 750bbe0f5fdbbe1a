using System.Net.Http.Headers;
using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.DataRobot.Directories;
using MetricsAlerts.DataRobot.Families;
using MetricsAlerts.Metrics.Sources;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot;

/// <summary>Registers DataRobot as the source of metrics.</summary>
public static class DataRobotServices
{
    /// <summary>
    /// Adds the client with time-outs, retries with jitter that honour <c>Retry-After</c>, a circuit breaker and a limit of
    /// concurrent requests.
    /// </summary>
    public static IServiceCollection AddDataRobot(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DataRobotOptions>()
            .Bind(configuration.GetSection(DataRobotOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        var http = services.AddHttpClient<DataRobotClient>((provider, client) =>
        {
            var options = provider.GetRequiredService<IOptions<DataRobotOptions>>().Value;
            client.BaseAddress = new Uri(options.Endpoint!.ToString().TrimEnd('/') + "/");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiToken);
            client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("MetricsAlerts", "0.1"));
            client.Timeout = Timeout.InfiniteTimeSpan;
        });
        http.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
        http.AddStandardResilienceHandler().Configure((resilience, provider) => Configure(
            resilience,
            provider.GetRequiredService<IOptions<DataRobotOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        http.AddHttpMessageHandler(provider => new BudgetedRequests(provider.GetRequiredService<RequestBudget>()));
        http.AddHttpMessageHandler(() => new BufferedBody());

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RequestBudget>();
        services.AddSingleton<HostDirectory>();
        services.AddSingleton<ModelDirectory>();
        services.AddSingleton<DeploymentDirectories>();
        services.AddSingleton<SettingsDirectory>();
        services.AddSingleton<CustomMetricDirectory>();
        services.AddSingleton<IMetricFamilyReader, AccuracyReader>();
        services.AddSingleton<IMetricFamilyReader, ServiceHealthReader>();
        services.AddSingleton<IMetricFamilyReader, TargetDriftReader>();
        services.AddSingleton<IMetricFamilyReader, FeatureDriftReader>();
        services.AddSingleton<IMetricFamilyReader, PredictionsReader>();
        services.AddSingleton<IMetricFamilyReader, HealthReader>();
        services.AddSingleton<IMetricFamilyReader, CustomMetricReader>();
        services.AddSingleton<IMetricSource, DataRobotMetricSource>();
        return services;
    }

    private static void Configure(HttpStandardResilienceOptions resilience, DataRobotOptions options, TimeProvider time)
    {
        // What waits for the budget waits within its time-out: no more than can have their turn in half of it.
        var inTime = (int)Math.Min(int.MaxValue, options.MaxRequestsPerSecond * options.RequestTimeout.TotalSeconds / 2);
        resilience.RateLimiter.DefaultRateLimiterOptions.PermitLimit = Math.Max(1, Math.Min(options.MaxConcurrency, inTime));
        resilience.RateLimiter.DefaultRateLimiterOptions.QueueLimit = int.MaxValue;
        resilience.AttemptTimeout.Timeout = options.RequestTimeout;
        resilience.TotalRequestTimeout.Timeout = options.RequestTimeout * 6;
        resilience.Retry.MaxRetryAttempts = 4;
        resilience.Retry.UseJitter = true;
        resilience.Retry.Delay = options.FirstRetry;
        resilience.Retry.MaxDelay = TimeSpan.FromSeconds(30);
        resilience.Retry.ShouldRetryAfterHeader = false;
        resilience.Retry.DelayGenerator = attempt => new(
            attempt.Outcome.Result is { } response ? RetryAfter.Of(response.Headers, time.GetUtcNow()) : null);
        resilience.CircuitBreaker.SamplingDuration = TimeSpan.FromMinutes(2) > options.RequestTimeout * 2
            ? TimeSpan.FromMinutes(2)
            : options.RequestTimeout * 2;
        resilience.CircuitBreaker.MinimumThroughput = 20;
        resilience.CircuitBreaker.FailureRatio = 0.8;
    }
}
