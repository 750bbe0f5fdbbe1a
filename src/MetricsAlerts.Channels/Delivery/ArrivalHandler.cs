using System.Net;

namespace MetricsAlerts.Channels.Delivery;

/// <summary>
/// Looks at each attempt of a delivery, below its quick retries: the last of them may be refused at the door after an earlier one was taken
/// without an answer.
/// A gateway that got no answer, or a bad one (502, 504), does not know either.
/// </summary>
internal sealed class ArrivalHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not TrackedContent content)
            return await base.SendAsync(request, cancellationToken);
        content.IsSent = false;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            content.MayHaveArrived |= response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;
            return response;
        }
        catch
        {
            content.MayHaveArrived |= content.IsSent;
            throw;
        }
    }
}
