using MetricsAlerts.Channels.Charts;
using MetricsAlerts.Channels.Console;
using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Channels.Heartbeat;
using MetricsAlerts.Collecting;
using MetricsAlerts.Notifying;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace MetricsAlerts.Channels;

/// <summary>Registers the channels.</summary>
public static class ChannelsServices
{
    /// <summary>Adds them with time-outs and two quick retries inside a delivery; Notify's retries follow after that.</summary>
    public static IServiceCollection AddChannels(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ChannelsOptions>()
            .Bind(configuration.GetSection(ChannelsOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        var clients = services.AddHttpClient(WebhookSender.ClientName, http => http.Timeout = Timeout.InfiniteTimeSpan);
        clients.ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = (context, cancellation) =>
                TargetGuard.ConnectAsync(
                    context.DnsEndPoint, provider.GetRequiredService<IOptions<ChannelsOptions>>().Value, cancellation),
            UseProxy = false,
        })
            .RemoveAllLoggers()
            .AddResilienceHandler("channels", (pipeline, context) => pipeline
                .AddRetry(new HttpRetryStrategyOptions
                {
                    MaxRetryAttempts = 2,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromMilliseconds(200),
                    UseJitter = true,
                    // A channel that says when to come back is taken at its word by Notify, not here.
                    ShouldHandle = arguments => ValueTask.FromResult(
                        arguments.Outcome.Exception is HttpRequestException { InnerException: not TargetRefusedException } ||
                            arguments.Outcome.Result is
                            {
                                RequestMessage: not null,
                                StatusCode: >= System.Net.HttpStatusCode.InternalServerError,
                                Headers.RetryAfter: null,
                            }),
                })
                .AddTimeout(context.ServiceProvider.GetRequiredService<IOptions<ChannelsOptions>>().Value.Timeout));
        clients.AddHttpMessageHandler(() => new ArrivalHandler());
        services.TryAddSingleton<ISecretSource, ConfigurationSecrets>();
        services.TryAddSingleton<ITranscript>(_ => new JsonLinesTranscript(System.Console.Out));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IAlertChart, AlertChart>();
        services.AddSingleton<ChannelPreview>();
        services.AddSingleton<IHeartbeat, HttpHeartbeat>();
        services.AddSingleton<IChannelFactory, ChannelFactory>();
        return services;
    }
}
