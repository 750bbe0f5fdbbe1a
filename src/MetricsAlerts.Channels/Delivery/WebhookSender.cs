using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Delivery;

/// <summary>Posts a JSON body to a webhook and says how it went. The address may be a secret: it is never part of a result.</summary>
internal sealed class WebhookSender(HttpClient http, Uri address)
{
    public const string ClientName = "channels";

    /// <summary>Identifies the notification for receivers that want to recognize a repetition.</summary>
    public const string IdHeader = "webhook-id";

    private const string AttemptHeader = "x-metricsalerts-attempt";

    /// <summary>Posts.</summary>
    /// <param name="notification">What it is about: its id and attempt go into headers.</param>
    /// <param name="json">The body.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="mediaType">The body's media type.</param>
    /// <param name="headers">Further headers.</param>
    public async Task<DeliveryResult> PostAsync(
        Notification notification, ReadOnlyMemory<byte> json, CancellationToken cancellationToken, string mediaType = "application/json", params IReadOnlyList<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType) { CharSet = "utf-8" };
        request.Headers.Add(IdHeader, notification.Id);
        request.Headers.Add(AttemptHeader, notification.Attempt.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return ResultOf(response);
        }
        catch (Exception exception) when (exception is TargetRefusedException || exception.InnerException is TargetRefusedException)
        {
            return new DeliveryResult.Refused((exception as TargetRefusedException ?? exception.InnerException)!.Message);
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

    /// <summary>How long the channel asks to wait. SendGrid says until when, in Unix seconds; everybody else how long, or until which date.</summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter?.Delta is { } wait)
            return wait;
        if (response.Headers.Date is not { } now)
            return null;
        var until = response.Headers.RetryAfter?.Date;
        if (until is null && response.Headers.TryGetValues("X-RateLimit-Reset", out var values) && long.TryParse(values.FirstOrDefault(), CultureInfo.InvariantCulture, out var seconds))
            until = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return until > now ? until - now : null;
    }
}
