using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace MetricsAlerts.Testing.Amqp;

/// <summary>A sender's link to a queue.</summary>
internal static class SenderLink
{
    /// <summary>Takes what comes, and says how large it may be.</summary>
    public static void Open(ReceivingAmqpLink link, BrokerQueue queue, OperationGate gate, BrokerOptions options)
    {
        link.Settings.MaxMessageSize = options.MaxMessageBytes;
        link.RegisterMessageListener(transfer =>
            _ = gate.PassAsync(BrokerOperation.Send, link, () => Send(transfer, queue, gate), error => link.DisposeMessage(
                transfer, error is null ? new Accepted() : new Rejected { Error = error }, settled: true, batchable: false)));
    }

    private static Error? Send(AmqpMessage transfer, BrokerQueue queue, OperationGate gate)
    {
        var messages = MessageFormat.Read(transfer);
        gate.Counts.AddMessages(messages.Count);
        return queue.Send(messages);
    }
}
