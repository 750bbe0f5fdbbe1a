using MetricsAlerts.Channels.Delivery;
using MetricsAlerts.Collecting;
using MetricsAlerts.Notifying;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Channels.Heartbeat;

/// <summary>A GET of <c>Notify:Heartbeat</c>. The address may hold a secret, so it is never logged.</summary>
internal sealed partial class HttpHeartbeat(
    IHttpClientFactory http, IOptions<NotifyOptions> options, ILogger<HttpHeartbeat> logger) : IHeartbeat
{
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Heartbeat is not { } address)
            return;
        try
        {
            using var client = http.CreateClient(WebhookSender.ClientName);
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
                Log.Refused(logger, address.Host, (int)response.StatusCode);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, address.Host, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 701, Level = LogLevel.Warning, Message = "The heartbeat at {Host} was answered with {Status}")]
        public static partial void Refused(ILogger logger, string host, int status);

        [LoggerMessage(EventId = 702, Level = LogLevel.Warning, Message = "The heartbeat at {Host} was not taken ({Problem})")]
        public static partial void Failed(ILogger logger, string host, string problem);
    }
}
