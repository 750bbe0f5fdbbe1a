using System.Net.Http.Headers;
using MetricsAlerts.Collecting;
using MetricsAlerts.DataRobot.Client;
using MetricsAlerts.DataRobot.Families;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.DataRobot;

/// <summary>Registers DataRobot as the source of metrics.</summary>
public static class DataRobotServices
{
    /// <summary>
    /// Adds the client with time-outs, retries with jitter that honour <c>Retry-After</c>, a circuit breaker and a limit of concurrent requests.
    /// </summary>
    public static IServiceCollection AddDataRobot(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DataRobotOptions>().Bind(configuration.GetSection(DataRobotOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddHttpClient<DataRobotClient>((provider, http) =>
            {
                var options = provider.GetRequiredService<IOptions<DataRobotOptions>>().Value;
                http.BaseAddress = new Uri(options.Endpoint!.ToString().TrimEnd('/') + "/");
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiToken);
                http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("MetricsAlerts", "0.1"));
                http.Timeout = Timeout.InfiniteTimeSpan;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = System.Net.DecompressionMethods.All,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            .AddStandardResilienceHandler()
            .Configure((resilience, provider) => Configure(resilience, provider.GetRequiredService<IOptions<DataRobotOptions>>().Value));
        services.AddSingleton<IMetricFamilyReader, AccuracyReader>();
        services.AddSingleton<IMetricFamilyReader, ServiceHealthReader>();
        services.AddSingleton<IMetricSource, DataRobotMetricSource>();
        return services;
    }

    private static void Configure(HttpStandardResilienceOptions resilience, DataRobotOptions options)
    {
        resilience.RateLimiter.DefaultRateLimiterOptions.PermitLimit = options.MaxConcurrency;
        resilience.RateLimiter.DefaultRateLimiterOptions.QueueLimit = int.MaxValue;
        resilience.AttemptTimeout.Timeout = TimeSpan.FromSeconds(30);
        resilience.TotalRequestTimeout.Timeout = TimeSpan.FromMinutes(3);
        resilience.Retry.MaxRetryAttempts = 4;
        resilience.Retry.UseJitter = true;
        resilience.Retry.ShouldRetryAfterHeader = true;
        resilience.CircuitBreaker.SamplingDuration = TimeSpan.FromMinutes(2);
        resilience.CircuitBreaker.MinimumThroughput = 20;
    }
}
