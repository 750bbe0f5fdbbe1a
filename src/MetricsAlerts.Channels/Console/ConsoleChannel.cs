using MetricsAlerts.Notifying;

namespace MetricsAlerts.Channels.Console;

/// <summary>Writes transitions to the process's own output: for trying, and for log collectors.</summary>
internal sealed class ConsoleChannel(ITranscript transcript) : IChannel
{
    public TimeSpan Pace => TimeSpan.Zero;

    public Task<DeliveryResult> DeliverAsync(Notification notification, CancellationToken cancellationToken)
    {
        foreach (var alert in notification.Alerts)
            transcript.Write(alert);
        return Task.FromResult<DeliveryResult>(new DeliveryResult.Delivered());
    }
}
