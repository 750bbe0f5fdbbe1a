using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Delivery;

/// <summary>Posts a JSON body to a webhook and says how it went. The address may be a secret: it is never part of a result.</summary>
internal sealed class WebhookSender(HttpClient http, Uri address, TimeProvider time)
{
    /// <summary>The longest that a channel is taken at its word when it asks to wait.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

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
        Notification notification, ReadOnlyMemory<byte> json, CancellationToken cancellationToken, string mediaType = "application/json",
        params IReadOnlyList<(string Name, string Value)> headers)
    {
        var content = new TrackedContent(json);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType) { CharSet = "utf-8" };
        request.Headers.Add(IdHeader, notification.Id);
        request.Headers.Add(AttemptHeader, notification.Attempt.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return ResultOf(response, content);
        }
        catch (Exception exception) when (exception is TargetRefusedException || exception.InnerException is TargetRefusedException)
        {
            return new DeliveryResult.Refused((exception as TargetRefusedException ?? exception.InnerException)!.Message);
        }
        catch (HttpRequestException exception)
        {
            var reason = $"{address.Host} does not answer ({exception.HttpRequestError})";
            return new DeliveryResult.Deferred(reason) { MayHaveArrived = content.MayHaveArrived };
        }
        catch (Exception exception) when (
            exception is Polly.ExecutionRejectedException ||
                (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new DeliveryResult.Deferred($"{address.Host} did not answer in time") { MayHaveArrived = content.MayHaveArrived };
        }
    }

    private DeliveryResult ResultOf(HttpResponseMessage response, TrackedContent content)
    {
        var status = (int)response.StatusCode;
        var reason = $"{address.Host} answered {status}";
        return response.StatusCode switch
        {
            _ when response.IsSuccessStatusCode => new DeliveryResult.Delivered(),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                new DeliveryResult.Deferred(reason, RetryAfter(response)) { MayHaveArrived = content.MayHaveArrived },
            _ => new DeliveryResult.Refused(reason),
        };
    }

    /// <summary>
    /// How long the channel asks to wait, at most <see cref="LongestWait"/>; null when it does not ask, or for a time that is past.
    /// SendGrid says until when, in Unix seconds; everybody else how long, or until which date.
    /// </summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var now = response.Headers.Date ?? time.GetUtcNow();
        double? seconds = response.Headers.RetryAfter switch
        {
            { Delta: { } wait } => wait.TotalSeconds,
            { Date: { } until } => (until - now).TotalSeconds,
            // More seconds than the header's reader can count.
            _ when Number(response, "Retry-After") is { } wait => wait,
            _ when Number(response, "X-RateLimit-Reset") is { } until => until - now.ToUnixTimeSeconds(),
            _ => null,
        };
        return seconds switch
        {
            null or < 0 or double.NaN => null,
            { } wait => TimeSpan.FromSeconds(Math.Min(wait, LongestWait.TotalSeconds)),
        };
    }

    private static double? Number(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values) &&
        double.TryParse(values.FirstOrDefault(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
