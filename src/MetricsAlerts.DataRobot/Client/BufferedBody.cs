namespace MetricsAlerts.DataRobot.Client;

/// <summary>
/// Reads the whole body while a request can still be repeated: half a body is then a failed attempt like any other, and a huge one
/// has an end.
/// </summary>
internal sealed class BufferedBody : DelegatingHandler
{
    /// <summary>The largest answer, a page of a hundred, has some hundred KiB.</summary>
    private const long MaxBytes = 32 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
            return response;
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            response.Dispose();
            throw new BodyTooLargeException(MaxBytes, exception);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}

/// <summary>An answer is larger than any that is expected.</summary>
internal sealed class BodyTooLargeException(long allowed, Exception inner)
    : Exception(
        $"the answer is larger than {allowed / (1024 * 1024)} MiB, which no answer of the monitoring API is; check the endpoint.", inner);
