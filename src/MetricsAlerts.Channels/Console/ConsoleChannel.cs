using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Console;

/// <summary>Writes transitions to the process's own output: for trying, and for log collectors.</summary>
internal sealed class ConsoleChannel(ITranscript transcript) : IChannel
{
    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken)
    {
        transcript.Write(notification.Alert);
        return Task.FromResult<DeliveryResult>(new DeliveryResult.Delivered());
    }
}
