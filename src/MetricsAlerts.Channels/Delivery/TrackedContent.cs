using System.Net;

namespace MetricsAlerts.Channels.Delivery;

/// <summary>A request's body that knows whether it was sent, at least in part.</summary>
internal sealed class TrackedContent(ReadOnlyMemory<byte> body) : HttpContent
{
    /// <summary>Whether the attempt that is under way has begun to send it.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether the receiver may have taken it in any attempt, without saying so.</summary>
    public bool MayHaveArrived { get; set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        IsSent = true;
        await stream.WriteAsync(body, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
