using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Console;

/// <summary>Writes changes to the process's own output: for trying, and for log collectors.</summary>
internal sealed class ConsoleChannel(ITranscript transcript) : IChannel
{
    public TimeSpan Pace => TimeSpan.Zero;

    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken)
    {
        foreach (var change in notification.Changes)
            transcript.Write(change);
        return Task.FromResult<DeliveryResult>(new DeliveryResult.Delivered());
    }
}
