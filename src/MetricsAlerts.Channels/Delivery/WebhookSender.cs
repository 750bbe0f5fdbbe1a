using System.Net;
using System.Net.Http.Headers;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Delivery;

/// <summary>Posts a JSON body to a webhook and says how it went. The address may be a secret: it is never part of a result.</summary>
internal sealed class WebhookSender(HttpClient http, Uri address)
{
    public const string ClientName = "channels";

    /// <summary>Identifies the notification for receivers that want to recognize a repetition.</summary>
    private const string IdHeader = "webhook-id";

    private const string AttemptHeader = "x-metricsalerts-attempt";

    public async Task<DeliveryResult> PostAsync(Notification notification, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.Add(IdHeader, notification.Id);
        request.Headers.Add(AttemptHeader, notification.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture));
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return ResultOf(response);
        }
        catch (HttpRequestException exception)
        {
            return new DeliveryResult.Deferred($"{address.Host} does not answer ({exception.HttpRequestError})");
        }
        catch (Exception exception) when (exception is Polly.ExecutionRejectedException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new DeliveryResult.Deferred($"{address.Host} did not answer in time");
        }
    }

    private DeliveryResult ResultOf(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var reason = $"{address.Host} answered {status}";
        return response.StatusCode switch
        {
            _ when response.IsSuccessStatusCode => new DeliveryResult.Delivered(),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => new DeliveryResult.Deferred(reason, RetryAfter(response)),
            _ when status >= 500 => new DeliveryResult.Deferred(reason, RetryAfter(response)),
            _ => new DeliveryResult.Refused(reason),
        };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;
}
