using MetricsAlerts.Channels.Console;
using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Notifying;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace MetricsAlerts.Channels;

/// <summary>Registers the channels.</summary>
public static class ChannelsServices
{
    /// <summary>Adds them with time-outs and two quick retries inside a delivery; the ledger's retries follow after that.</summary>
    public static IServiceCollection AddChannels(this IServiceCollection services)
    {
        services.AddHttpClient(WebhookSender.ClientName, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            .RemoveAllLoggers()
            .AddResilienceHandler("channels", pipeline => pipeline
                .AddRetry(new HttpRetryStrategyOptions
                {
                    MaxRetryAttempts = 2,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromMilliseconds(200),
                    UseJitter = true,
                    // A channel that says when to come back is taken at its word by the ledger, not here.
                    ShouldHandle = arguments => ValueTask.FromResult(
                        arguments.Outcome.Exception is HttpRequestException || arguments.Outcome.Result is { RequestMessage: not null, StatusCode: >= System.Net.HttpStatusCode.InternalServerError, Headers.RetryAfter: null }),
                })
                .AddTimeout(TimeSpan.FromSeconds(15)));
        services.TryAddSingleton<ISecretSource, ConfigurationSecrets>();
        services.TryAddSingleton<ITranscript>(_ => new JsonLinesTranscript(System.Console.Out));
        services.AddSingleton<IChannelFactory, ChannelFactory>();
        return services;
    }
}
